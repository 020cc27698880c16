/** Recordings that the person has put aside, each as a trace. */

/** What a list shows of a kept recording. */
export interface KeptRecording {
  readonly id: number;
  /** As the person calls it. */
  readonly name: string;
  /** Epoch milliseconds at which it was kept. */
  readonly keptAt: number;
  /** Epoch milliseconds at which the recording began. */
  readonly recordedAt: number;
  /** One-off ones included. */
  readonly messages: number;
  /** Size of the compressed trace. */
  readonly bytes: number;
}

/** The same with its trace: NDJSON, gzip. */
export interface StoredKept extends KeptRecording {
  readonly trace: Blob;
}
