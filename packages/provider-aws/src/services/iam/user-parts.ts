/** What stands in the way of a user's deletion. */
import type { AwsContext } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { allOf, IAM_MISSING } from "./paging.ts";

/** Names of the groups that the user is in. */
export async function groupsOfUser(aws: AwsContext, UserName: string): Promise<string[]> {
  const groups = await allOf(
    (marker) => aws.clients.iam.listGroupsForUser({ UserName, ...marker }),
    (page) => page.Groups,
  );
  return groups.flatMap(({ GroupName }) => (GroupName === undefined ? [] : [GroupName]));
}

/** Takes the user out of its groups: IAM deletes no member. */
export async function leaveGroups(aws: AwsContext, UserName: string): Promise<void> {
  for (const GroupName of await groupsOfUser(aws, UserName))
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.removeUserFromGroup({ GroupName, UserName }));
}

/** Takes the user's keys, devices, certificates and password away (`force_destroy`). Inline and attached policies stay, as with the real provider. */
export async function removeCredentials(aws: AwsContext, UserName: string): Promise<void> {
  const { iam } = aws.clients;
  const keys = await allOf(
    (marker) => iam.listAccessKeys({ UserName, ...marker }),
    (page) => page.AccessKeyMetadata,
  );
  for (const { AccessKeyId } of keys) await iam.deleteAccessKey({ UserName, AccessKeyId });
  await unlessMissing(IAM_MISSING, () => iam.deleteLoginProfile({ UserName }));
  await removeDevices(aws, UserName);
  await unlessMissing(NOT_HERE, () => removeRarer(aws, UserName));
}

/** A cloud that knows no such credentials has none. */
const NOT_HERE = ["NotImplemented"];

async function removeRarer(aws: AwsContext, UserName: string): Promise<void> {
  const { iam } = aws.clients;
  const ssh = await allOf(
    (marker) => iam.listSSHPublicKeys({ UserName, ...marker }),
    (page) => page.SSHPublicKeys,
  );
  for (const { SSHPublicKeyId } of ssh) await iam.deleteSSHPublicKey({ UserName, SSHPublicKeyId });
  const certificates = await allOf(
    (marker) => iam.listSigningCertificates({ UserName, ...marker }),
    (page) => page.Certificates,
  );
  for (const { CertificateId } of certificates) await iam.deleteSigningCertificate({ UserName, CertificateId });
  const { ServiceSpecificCredentials = [] } = await iam.listServiceSpecificCredentials({ UserName });
  for (const { ServiceSpecificCredentialId } of ServiceSpecificCredentials)
    await iam.deleteServiceSpecificCredential({ UserName, ServiceSpecificCredentialId });
}

async function removeDevices(aws: AwsContext, UserName: string): Promise<void> {
  const { iam } = aws.clients;
  const devices = await allOf(
    (marker) => iam.listMFADevices({ UserName, ...marker }),
    (page) => page.MFADevices,
  );
  for (const { SerialNumber } of devices) {
    await iam.deactivateMFADevice({ UserName, SerialNumber });
    if (SerialNumber?.startsWith("arn:") === true) await iam.deleteVirtualMFADevice({ SerialNumber });
  }
}
