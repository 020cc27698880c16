/** The little of XMLHttpRequest that the instrumentation uses, over files in memory. */

export class FakeRequest extends EventTarget {
  /** Texts by URL. */
  static readonly files = new Map<string, string>();
  /** URLs that were asked for, in order. */
  static readonly asked: string[] = [];
  #responseType = '';
  #url = '';

  get responseType(): string {
    return this.#responseType;
  }

  set responseType(type: string) {
    this.#responseType = type;
  }

  get responseText(): string {
    // Else a file of markup would be parsed.
    if (this.#responseType !== 'text') throw new TypeError(this.#responseType);
    return FakeRequest.files.get(this.#url) ?? '';
  }

  open(method: string, url: string): void {
    if (method !== 'GET') throw new TypeError(method);
    this.#url = url;
  }

  send(): void {
    FakeRequest.asked.push(this.#url);
    queueMicrotask(() => {
      this.dispatchEvent(new Event(FakeRequest.files.has(this.#url) ? 'load' : 'error'));
    });
  }
}
