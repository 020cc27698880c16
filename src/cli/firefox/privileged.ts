/** The few parts of Firefox's own, unpublished interfaces that are used here, as far as they are used. */

export interface PrivilegedWindow extends Window {
  readonly ChromeUtils: {
    importESModule(url: 'resource://gre/modules/ExtensionPermissions.sys.mjs'): {
      readonly ExtensionPermissions: {
        add(id: string, granted: PermissionSet, emitter?: unknown): Promise<unknown>;
      };
    };
    importESModule(url: 'resource://gre/modules/AddonManager.sys.mjs'): {
      readonly AddonManager: {
        getAddonByID(id: string): Promise<{ reload(): Promise<void> } | null>;
      };
    };
    importESModule(url: 'resource://gre/modules/ExtensionParent.sys.mjs'): {
      readonly ExtensionParent: {
        readonly apiManager: {
          readonly global: {
            browserActionFor(extension: unknown): {
              triggerAction(window: PrivilegedWindow): void;
            } | null;
          };
        };
      };
    };
    importESModule(url: 'resource://devtools/shared/loader/Loader.sys.mjs'): {
      require(module: 'devtools/client/framework/devtools'): { readonly gDevTools: DevTools };
    };
  };
  readonly WebExtensionPolicy: {
    getByID(id: string): { readonly extension: { readonly principal: unknown } } | null;
  };
  readonly indexedDB: IDBFactory & {
    openForPrincipal(principal: unknown, name: string): IDBOpenDBRequest;
  };
  readonly gBrowser: { readonly selectedTab: unknown };
  readonly browsingContext: BrowsingContext;
  readonly OffscreenCanvas: typeof OffscreenCanvas;
  readonly FileReader: typeof FileReader;
  readonly Services: { readonly prefs: { setIntPref(name: string, value: number): void } };
  /** Left there by `openToolbox`: finds the panel's `<browser>`. */
  portholePanel?: () => BrowserElement | null | undefined;
}

export interface PermissionSet {
  readonly permissions: readonly string[];
  readonly origins: readonly string[];
  readonly data_collection: readonly string[];
}

export interface BrowsingContext {
  readonly currentWindowGlobal: {
    drawSnapshot(rect: null, scale: number, background: string): Promise<ImageBitmap>;
  };
}

export interface DevTools {
  showToolboxForTab(
    tab: unknown,
    options: { readonly hostType: 'bottom' | 'right' },
  ): Promise<Toolbox>;
}

export interface Toolbox {
  readonly doc: Document;
  getAdditionalTools(): readonly { readonly id: string; readonly label: string }[];
  selectTool(id: string): Promise<unknown>;
}

/** A XUL `<browser>`, which shows a document of another process. */
export interface BrowserElement extends HTMLElement {
  readonly browsingContext: BrowsingContext;
  readonly currentURI: { readonly spec: string } | null;
  readonly messageManager: {
    loadFrameScript(url: string, delayed: boolean): void;
    addMessageListener(name: string, listener: (message: { readonly data: string }) => void): void;
    removeMessageListener(
      name: string,
      listener: (message: { readonly data: string }) => void,
    ): void;
  };
}
