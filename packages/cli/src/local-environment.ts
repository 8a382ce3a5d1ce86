/** What makes any AWS client reach the embedded cloud and nothing else: no profile of the user's is in reach. */
export function localEnvironment(endpoint: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_REGION: env.AWS_REGION ?? "us-east-1",
    AWS_DEFAULT_REGION: env.AWS_REGION ?? "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
