import { Body, Controller, Get, HttpException, Param, Post } from "@nestjs/common";
import { HttpError } from "../../shared/http.ts";
import { beginUpload, downloadUrl, jobStatus } from "../../shared/uploads.ts";

/** The frontend's calls on jobs (the API strips /bff); the answers are the ones of the single functions. */
@Controller("jobs")
export class JobsController {
  @Post()
  begin(@Body() body: Record<string, unknown>) {
    return inNestsWords(beginUpload(body ?? {}));
  }

  @Get(":id")
  status(@Param("id") id: string) {
    return inNestsWords(jobStatus(id));
  }

  @Get(":id/download")
  download(@Param("id") id: string) {
    return inNestsWords(downloadUrl(id));
  }
}

async function inNestsWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof HttpError) throw new HttpException({ message: error.message }, error.statusCode);
    throw error;
  }
}
