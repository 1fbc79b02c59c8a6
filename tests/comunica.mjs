// Asks a SPARQL endpoint through Comunica as a program of another region would. Standard input: {sources, asks}, where
// an ask is {query, accept?}. Standard output: one JSON line for each ask, {type, value}.
import { readFileSync } from "node:fs";
import { QueryEngine } from "@comunica/query-sparql";

const { sources, asks } = JSON.parse(readFileSync(0, "utf-8"));
const engine = new QueryEngine();
const text = (term) =>
  term.termType !== "Literal" ? term.value : `${term.value}${term.language ? `@${term.language}` : ""}`;

for (const { query, accept } of asks) {
  const seen = [];
  // what Comunica would take is narrowed to one form, so that its reader of that form reads ours
  const narrowed = async (address, options) => {
    const headers = new Headers(options?.headers);
    if (accept && String(address.url ?? address).includes("query=")) headers.set("Accept", accept);
    const response = await fetch(address, { ...options, headers });
    seen.push((response.headers.get("content-type") ?? "").split(";")[0]);
    return response;
  };
  const result = await engine.query(query, { sources, fetch: narrowed });
  let value = await result.execute();
  if (result.resultType === "bindings")
    value = (await value.toArray()).map((row) => Object.fromEntries([...row].map(([v, t]) => [v.value, text(t)])));
  if (result.resultType === "quads")
    value = (await value.toArray()).map((q) => [q.subject, q.predicate, q.object].map(text));
  console.log(JSON.stringify({ type: result.resultType, value, media: seen.at(-1) }));
}
