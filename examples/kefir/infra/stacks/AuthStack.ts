/**
 * Auth Stack
 *
 * Cognito user pool for sign-in by e-mail one-time code, its app client, and the trigger
 * functions that carry the custom challenge (define, create, verify) and confirm sign-ups.
 *
 * Resources:
 * - SES identity that sends the codes
 * - IAM role and four trigger functions, each with the permission for Cognito to invoke it
 * - User pool and public app client
 */

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export default function AuthStack() {
  const sender = new aws.sesv2.EmailIdentity("KefirSender", {
    emailIdentity: "codes@kefirproducer.com",
  });

  const triggerRole = new aws.iam.Role("KefirAuthTriggerRole", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{
        Action: "sts:AssumeRole",
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
      }],
    }),
  });

  new aws.iam.RolePolicyAttachment("KefirAuthTriggerBasicExecution", {
    role: triggerRole.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
  });

  new aws.iam.RolePolicy("KefirAuthTriggerMailPolicy", {
    role: triggerRole.id,
    policy: pulumi.all([sender.arn]).apply(([senderArn]) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{
          Effect: "Allow",
          Action: "ses:SendEmail",
          Resource: senderArn,
        }],
      })
    ),
  });

  const triggerDefaults = {
    runtime: aws.lambda.Runtime.NodeJS20dX,
    role: triggerRole.arn,
    timeout: 10,
    memorySize: 256,
    architectures: ["arm64"],
    environment: { variables: { STAGE: $app.stage, SENDER: sender.emailIdentity } },
    code: new pulumi.asset.FileArchive("../backend/dist"),
    tags: {
      Environment: $app.stage,
      Application: "kefir-app",
    },
  };

  function createTrigger(name: string, handler: string) {
    return new aws.lambda.Function(name, {
      ...triggerDefaults,
      name: `kefir-app-${$app.stage}-${name}`,
      handler: `src/functions/auth/${handler}.main`,
    });
  }

  const preSignUp = createTrigger("PreSignUp", "pre-sign-up");
  const defineAuthChallenge = createTrigger("DefineAuthChallenge", "define-auth-challenge");
  const createAuthChallenge = createTrigger("CreateAuthChallenge", "create-auth-challenge");
  const verifyAuthChallenge = createTrigger("VerifyAuthChallenge", "verify-auth-challenge");

  const userPool = new aws.cognito.UserPool("KefirUserPool", {
    name: `kefir-app-${$app.stage}`,

    // Email as username
    usernameAttributes: ["email"],
    autoVerifiedAttributes: ["email"],

    // Email OTP configuration
    mfaConfiguration: "OPTIONAL",
    // AWS refuses OPTIONAL without a factor that a user could choose
    softwareTokenMfaConfiguration: { enabled: true },

    accountRecoverySetting: {
      recoveryMechanisms: [{
        name: "verified_email",
        priority: 1,
      }],
    },

    // Password policy (not used for OTP, but required)
    passwordPolicy: {
      minimumLength: 8,
      requireLowercase: false,
      requireNumbers: false,
      requireSymbols: false,
      requireUppercase: false,
    },

    // Email configuration
    emailConfiguration: {
      emailSendingAccount: "COGNITO_DEFAULT",
    },

    // User attributes
    schemas: [{
      name: "email",
      attributeDataType: "String",
      required: true,
      mutable: false,
    }],

    lambdaConfig: {
      preSignUp: preSignUp.arn,
      defineAuthChallenge: defineAuthChallenge.arn,
      createAuthChallenge: createAuthChallenge.arn,
      verifyAuthChallengeResponse: verifyAuthChallenge.arn,
    },

    tags: {
      Environment: $app.stage,
      Application: "kefir-app",
    },
  });

  for (const [name, trigger] of Object.entries({ preSignUp, defineAuthChallenge, createAuthChallenge, verifyAuthChallenge })) {
    new aws.lambda.Permission(`Permission-cognito-${name}`, {
      action: "lambda:InvokeFunction",
      function: trigger.name,
      principal: "cognito-idp.amazonaws.com",
      sourceArn: userPool.arn,
    });
  }

  // App client for mobile app
  const userPoolClient = new aws.cognito.UserPoolClient("KefirUserPoolClient", {
    name: `kefir-app-${$app.stage}-client`,
    userPoolId: userPool.id,

    // Auth flows
    explicitAuthFlows: [
      "ALLOW_CUSTOM_AUTH",
      "ALLOW_REFRESH_TOKEN_AUTH",
    ],

    // Token validity
    accessTokenValidity: 1,  // 1 hour
    idTokenValidity: 1,
    refreshTokenValidity: 30,  // 30 days
    tokenValidityUnits: {
      accessToken: "hours",
      idToken: "hours",
      refreshToken: "days",
    },

    // Disable client secret (public mobile app)
    generateSecret: false,

    preventUserExistenceErrors: "ENABLED",
  });

  return {
    userPoolId: userPool.id,
    userPoolArn: userPool.arn,
    clientId: userPoolClient.id,
    triggers: { preSignUp, defineAuthChallenge, createAuthChallenge, verifyAuthChallenge },
    userPool,
    userPoolClient,
  };
}
