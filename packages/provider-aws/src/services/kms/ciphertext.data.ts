import type { NativeDataSource } from "../../resource.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { encrypt } from "./ciphertext.resource.ts";

/** aws_kms_ciphertext (data source): a new ciphertext at every read. */
export const dataSource: NativeDataSource = {
  type: "aws_kms_ciphertext",
  async read(aws, config) {
    const key = requiredText(config, "key_id");
    const blob = await encrypt(aws, key, textAt(config, "plaintext") ?? "", textMapAt(config, "context"));
    return { id: key, ciphertext_blob: blob };
  },
};
