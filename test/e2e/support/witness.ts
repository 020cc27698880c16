/**
 * The independent witness: in Firefox's parent process every message of every port passes one function.
 * What it saw there owes nothing to Porthole.
 */
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';
import { canonicalText } from './canonical.js';

/** One side of a routed port: what it posted, as canonical texts in the order Firefox received them. */
export interface WitnessedPort {
  readonly extension: string;
  readonly name: string;
  readonly opener: readonly string[];
  readonly acceptors: readonly (readonly string[])[];
}

interface Message {
  readonly name: string;
  readonly data: {
    readonly sender?: number;
    readonly arg?: {
      readonly id?: number | string;
      readonly portId?: number;
      readonly extensionId?: string;
      readonly name?: string;
      readonly native?: boolean;
      readonly source?: boolean;
      readonly holder?: { deserialize(global: unknown, keep: boolean): unknown };
    };
  };
}

interface WitnessWindow extends PrivilegedWindow {
  portholeWitness?: {
    ports: Map<
      number,
      { extension: string; name: string; opener: string[]; acceptors: Map<number, string[]> }
    >;
  };
}

/** Starts watching; call it before the extensions are installed. */
export async function installWitness(system: System): Promise<void> {
  await system.evaluate(watchConduits, canonicalText.toString());
}

/** @returns every port seen so far, Porthole's own left out */
export async function readWitness(system: System): Promise<WitnessedPort[]> {
  const ports = await system.evaluate(readPorts);
  return ports.filter(({ name }) => !name.startsWith('porthole@webext-devtools/'));
}

function watchConduits(window: PrivilegedWindow, canonicalSource: string): void {
  const { eval: evaluate, console } = window as unknown as typeof globalThis;
  const canonical = evaluate(`(${canonicalSource})`) as typeof canonicalText;
  const { ConduitsParent } = (
    window.ChromeUtils.importESModule as unknown as (url: string) => {
      ConduitsParent: { prototype: { receiveMessage(message: Message): unknown } };
    }
  )('resource://gre/modules/ConduitsParent.sys.mjs');
  const sides = new Map<number, string[]>();
  const witness: NonNullable<WitnessWindow['portholeWitness']> = { ports: new Map() };
  (window as WitnessWindow).portholeWitness = witness;

  const portOf = (portId: number, extension: string) => {
    let port = witness.ports.get(portId);
    if (port === undefined) {
      port = { extension, name: '', opener: [], acceptors: new Map() };
      witness.ports.set(portId, port);
    }
    return port;
  };
  const see = ({ name, data: { sender, arg } }: Message): void => {
    if (arg === undefined) return;
    if (name === 'ConduitOpened' && arg.portId !== undefined && arg.native !== true) {
      const port = portOf(arg.portId, String(arg.extensionId));
      if (arg.source === true) {
        sides.set(Number(arg.id), port.opener);
      } else {
        const posts: string[] = [];
        port.acceptors.set(Number(arg.id), posts);
        sides.set(Number(arg.id), posts);
      }
    } else if (name === 'PortConnect' && arg.portId !== undefined) {
      portOf(arg.portId, '').name = String(arg.name);
    } else if (name === 'PortMessage' && arg.holder !== undefined) {
      sides.get(Number(sender))?.push(canonical(arg.holder.deserialize(window, true)));
    }
  };

  const original = ConduitsParent.prototype.receiveMessage;
  ConduitsParent.prototype.receiveMessage = function (message) {
    try {
      see(message);
    } catch (error) {
      console.error('witness', error);
    }
    return original.call(this, message);
  };
}

function readPorts(window: PrivilegedWindow): WitnessedPort[] {
  const witness = (window as WitnessWindow).portholeWitness;
  if (witness === undefined) throw new Error('the witness is not installed');
  return [...witness.ports.values()].map(({ extension, name, opener, acceptors }) => ({
    extension,
    name,
    opener: [...opener],
    acceptors: [...acceptors.values()].map((posts) => [...posts]),
  }));
}
