/** A single file's content: from a file, from text, or from a URL. */
export abstract class Asset {
  readonly __pulumiAsset = true;
  static isInstance(value: unknown): value is Asset {
    return value instanceof Asset;
  }
}

/** A file; a relative path starts in the config file's folder. */
export class FileAsset extends Asset {
  readonly path: string | Promise<string>;
  constructor(path: string | Promise<string>) {
    super();
    this.path = path;
  }
}

/** A text (UTF-8). */
export class StringAsset extends Asset {
  readonly text: string | Promise<string>;
  constructor(text: string | Promise<string>) {
    super();
    this.text = text;
  }
}

/** What a URL answers (`file:`, `http:` and `https:`; while the target is local, of this machine only). */
export class RemoteAsset extends Asset {
  readonly uri: string | Promise<string>;
  constructor(uri: string | Promise<string>) {
    super();
    this.uri = uri;
  }
}

/** Several files in one package. */
export abstract class Archive {
  readonly __pulumiArchive = true;
  static isInstance(value: unknown): value is Archive {
    return value instanceof Archive;
  }
}

/** A folder, or a file that already is a package (.zip, .jar). A relative path starts in the config file's folder. */
export class FileArchive extends Archive {
  readonly path: string | Promise<string>;
  constructor(path: string | Promise<string>) {
    super();
    this.path = path;
  }
}

export type AssetMap = { readonly [name: string]: Asset | Archive };

/** A package put together: path inside it -> its content; an archive's content goes below the path. */
export class AssetArchive extends Archive {
  readonly assets: AssetMap | Promise<AssetMap>;
  constructor(assets: AssetMap | Promise<AssetMap>) {
    super();
    this.assets = assets;
  }
}

/** A package that a URL answers. */
export class RemoteArchive extends Archive {
  readonly uri: string | Promise<string>;
  constructor(uri: string | Promise<string>) {
    super();
    this.uri = uri;
  }
}
