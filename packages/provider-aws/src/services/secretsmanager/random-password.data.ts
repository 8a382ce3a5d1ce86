import type { NativeDataSource } from "../../resource.ts";
import { drawPassword } from "./random-password.ephemeral.ts";

/** `aws_secretsmanager_random_password` (data source): another one at each read. Behaviour: `random_password_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_secretsmanager_random_password",
  async read(aws, config) {
    const random_password = await drawPassword(aws, config);
    return { id: random_password, random_password };
  },
};
