/** What a hosted provider gets to see where the target is the embedded cloud, so that nothing it does leaves this machine. Pure. */
import type { ResourceSchema, ValueObject } from "@dovetail/model";
import { localEnvironment } from "./local-environment.ts";

/** A port on which nothing listens: whatever is not on loopback goes there, and fails. Go asks no proxy for what is. */
const NOWHERE = "http://127.0.0.1:9";
/** What a process needs of its surroundings, and nothing that holds credentials. */
const KEPT = ["PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "TZ", "SystemRoot", "USERPROFILE"];
const AWS_NAMES = /^AWS_/;

/** The environment of a hosted provider. The AWS provider sees test credentials only; another one what is not AWS's. */
export function hostedEnvironment(source: string, endpoint: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isAws = source.endsWith("/hashicorp/aws");
  const kept = Object.entries(env).filter(([name]) => (isAws ? KEPT.includes(name) : !AWS_NAMES.test(name)));
  const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [name, NOWHERE]);
  const whole: NodeJS.ProcessEnv = {
    ...Object.fromEntries(kept),
    ...localEnvironment(endpoint, env),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_S3_USE_PATH_STYLE: "true",
    ...Object.fromEntries(proxies),
    NO_PROXY: "127.0.0.1,localhost,::1",
    no_proxy: "127.0.0.1,localhost,::1",
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

/** What would lead the provider to another account or another machine. */
const LEADS_AWAY = [
  "profile",
  "shared_config_files",
  "shared_credentials_files",
  "assume_role",
  "assume_role_with_web_identity",
  "custom_ca_bundle",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "token",
  "use_dualstack_endpoint",
  "use_fips_endpoint",
  "s3_us_east_1_regional_endpoint",
  "allowed_account_ids",
  "forbidden_account_ids",
  "ec2_metadata_service_endpoint",
];

/** The AWS provider's configuration with every service at the embedded cloud; its region and tags are the program's. */
export function localAwsConfig(
  config: ValueObject,
  schema: ResourceSchema | undefined,
  endpoint: string,
  region: string,
): ValueObject {
  const services = Object.keys(schema?.blocks?.endpoints?.attributes ?? {});
  const local: ValueObject = {
    access_key: "test",
    secret_key: "test",
    skip_credentials_validation: true,
    skip_metadata_api_check: "true",
    skip_region_validation: true,
    skip_requesting_account_id: false,
    s3_use_path_style: true,
    region: config.region ?? region,
    endpoints: services.length === 0 ? [] : [Object.fromEntries(services.map((service) => [service, endpoint]))],
  };
  const kept = Object.entries(config).filter(([name]) => !LEADS_AWAY.includes(name));
  const known = new Set([...Object.keys(schema?.attributes ?? {}), ...Object.keys(schema?.blocks ?? {})]);
  return Object.fromEntries(Object.entries({ ...Object.fromEntries(kept), ...local }).filter(([name]) => known.has(name)));
}
