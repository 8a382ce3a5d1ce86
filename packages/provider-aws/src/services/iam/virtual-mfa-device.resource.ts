import { DiagnosticError, errorDiagnostic, type MutableValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textMapAt } from "../attribute-map.ts";
import { lengthBetween, matches, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { rfc3339 } from "../timestamp.ts";
import { allOf, IAM_MISSING } from "./paging.ts";

const CHECKS = [
  lengthBetween("path", 0, 512),
  matches(
    "virtual_mfa_device_name",
    /[\w+=,.@-]+/,
    "must consist of upper and lowercase alphanumeric characters with no spaces. You can also include any of the following characters: _+=,.@-",
    { code: "DVT3007" },
  ),
];

/** `aws_iam_virtual_mfa_device`; id is the ARN. The seed is known to the create only. Behaviour: `internal/service/iam/virtual_mfa_device.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_virtual_mfa_device",
  defaults: { path: "/" },
  forceNew: ["path", "virtual_mfa_device_name"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const tags = tagList(textMapAt(planned, "tags_all"));
    const { VirtualMFADevice: device } = await aws.clients.iam.createVirtualMFADevice({
      Path: textAt(planned, "path"),
      VirtualMFADeviceName: requiredText(planned, "virtual_mfa_device_name"),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    });
    const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []);
    await onCreated({
      id: device?.SerialNumber ?? "",
      arn: device?.SerialNumber ?? "",
      base_32_string_seed: text(device?.Base32StringSeed).toString(),
      qr_code_png: text(device?.QRCodePNG).toString("base64"),
    });
  },
  async read(aws, state) {
    const id = requiredText(state, "id");
    const devices = await allOf(
      (marker) => aws.clients.iam.listVirtualMFADevices({ ...marker }),
      (page) => page.VirtualMFADevices,
    );
    const device = devices.find(({ SerialNumber }) => SerialNumber === id);
    if (device === undefined) return null;
    const { path, name } = partsOf(id);
    const { Tags } = await aws.clients.iam.listMFADeviceTags({ SerialNumber: id });
    const out: MutableValueObject = {
      id,
      arn: id,
      base_32_string_seed: state.base_32_string_seed ?? null,
      qr_code_png: state.qr_code_png ?? null,
      enable_date: device.EnableDate === undefined ? null : rfc3339(device.EnableDate),
      path,
      user_name: device.User?.UserName ?? null,
      virtual_mfa_device_name: name,
      tags_all: tagMap(Tags),
    };
    if (aws.edition !== "5.100.0") out.serial_number = id;
    return out;
  },
  async update(aws, prior, planned) {
    const SerialNumber = requiredText(prior, "id");
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await aws.clients.iam.untagMFADevice({ SerialNumber, TagKeys: removed });
    if (Object.keys(added).length > 0) await aws.clients.iam.tagMFADevice({ SerialNumber, Tags: tagList(added) });
  },
  async delete(aws, state) {
    const SerialNumber = requiredText(state, "id");
    const UserName = textAt(state, "user_name");
    if (UserName !== undefined)
      await unlessMissing(IAM_MISSING, () => aws.clients.iam.deactivateMFADevice({ UserName, SerialNumber }));
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteVirtualMFADevice({ SerialNumber }));
  },
  // The seed of a device whose create crashed is lost: such a device is of no use.
  find: async () => null,
};

/** `arn:…:mfa/PATH/NAME` -> path and name. */
function partsOf(arn: string): { readonly path: string; readonly name: string } {
  const found = /^arn:[^:]+:iam::\d+:mfa(\/(?:.*\/)?)([^/]+)$/.exec(arn);
  if (found !== null) return { path: found[1] ?? "/", name: found[2] ?? "" };
  throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail: `no ARN of a virtual MFA device: ${arn}` }));
}
