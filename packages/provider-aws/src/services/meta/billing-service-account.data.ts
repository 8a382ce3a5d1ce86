import type { NativeDataSource } from "../../resource.ts";

/** Account of AWS's own that delivers billing reports. Source: Billing User Guide, "Creating an Amazon S3 bucket" (read 2026-11). */
const ACCOUNT = "386209384616";

/** `aws_billing_service_account`. */
export const dataSource: NativeDataSource = {
  type: "aws_billing_service_account",
  read: async (aws) => ({ id: ACCOUNT, arn: `arn:${aws.partition}:iam::${ACCOUNT}:root` }),
};
