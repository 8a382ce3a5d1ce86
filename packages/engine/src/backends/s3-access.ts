/** What AWS is to the backend; everything throws what AWS's clients throw. */
export interface S3Access {
  get(key: string): Promise<Uint8Array | undefined>;
  put(key: string, bytes: Uint8Array, options?: { readonly onlyNew?: boolean }): Promise<boolean>;
  remove(key: string): Promise<void>;
  keys(prefix: string): Promise<readonly string[]>;
  item(table: string, id: string): Promise<{ readonly [name: string]: string } | undefined>;
  putItem(table: string, item: { readonly [name: string]: string }, options?: { readonly onlyNew?: boolean }): Promise<boolean>;
  removeItem(table: string, id: string): Promise<void>;
  check(): Promise<void>;
  close(): void;
}

export interface S3Arguments {
  readonly bucket: string;
  readonly key: string;
  /** Default `env:`. */
  readonly workspaceKeyPrefix?: string;
  readonly dynamodbTable?: string;
  readonly useLockfile?: boolean;
}
