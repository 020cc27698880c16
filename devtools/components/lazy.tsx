/** Components that are loaded when they are first shown, so that the panel's first load stays small. */

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * @param load imports the module that has the component
 * @returns a component that shows nothing until the module is there
 */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [, arrive] = useState(loaded);
    useEffect(() => {
      if (loaded !== null) return;
      void load().then((component) => {
        loaded = component;
        arrive(() => component);
      });
    }, []);
    const Loaded = loaded;
    return Loaded && <Loaded {...props} />;
  };
}
