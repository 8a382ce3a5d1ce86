import { Topic } from "@pulumi/aws/sns";
import { wait } from "./wait.js";

export default async function makeTopics(names: readonly string[]): Promise<Topic[]> {
  const made: Topic[] = [];
  for (const name of names) made.push(new Topic(`Topic-${await wait(name)}`, { name: `modules-${name}` }));
  return Promise.all(made.map((topic) => Promise.resolve(topic)));
}
