import type { NativeDataSource } from "../../resource.ts";
import { dataSource } from "./secrets.data.ts";

/** `aws_kms_secrets` (ephemeral): what the data source reads, and not kept. */
export const ephemeral: NativeDataSource = dataSource;
