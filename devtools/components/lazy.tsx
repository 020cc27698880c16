/** Components that are loaded when they are first shown, so that the panel's first load stays small. */

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * @param load imports the module that has the component
 * @param when `soon` fetches it once the panel stands, so that it is there when it is shown
 * @returns a component that shows nothing until the module is there
 */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  when: 'shown' | 'soon' = 'shown',
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  const fetch = async (): Promise<void> => {
    loaded = await load();
  };
  if (when === 'soon') requestIdleCallback(() => void fetch());
  return function Lazy(props: Props) {
    const [, setArrived] = useState(loaded !== null);
    useEffect(() => {
      if (loaded !== null) return;
      void fetch().then(() => setArrived(true));
    }, []);
    const Loaded = loaded;
    return Loaded && <Loaded {...props} />;
  };
}
