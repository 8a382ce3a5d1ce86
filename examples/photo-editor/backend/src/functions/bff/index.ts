/** The NestJS backend for frontend, behind /bff: started once a sandbox, reused by every call. */
import "reflect-metadata";
import { configure } from "@codegenie/serverless-express";
import { Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { ExpressAdapter } from "@nestjs/platform-express";
import { JobsController } from "./jobs.controller.ts";

@Module({ controllers: [JobsController] })
class AppModule {}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

async function start(): Promise<Handler> {
  const adapter = new ExpressAdapter();
  const app = await NestFactory.create(AppModule, adapter, { logger: ["error", "warn"] });
  await app.init();
  return configure({ app: adapter.getInstance() }) as unknown as Handler;
}

let started: Promise<Handler> | undefined;

export async function handler(event: unknown, context: unknown): Promise<unknown> {
  started ??= start();
  return (await started)(event, context);
}
