import type { LoadedApp } from "@dovetail/program";

/** What commands need of an app, whatever it is written in. */
export type App = Pick<
  LoadedApp,
  "name" | "protect" | "frontEnd" | "diagnostics" | "inputFiles" | "assetPaths" | "folderOf" | "optionPlace"
>;
