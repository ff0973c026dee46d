// Read an AsyncAPI document with AsyncAPI's own parser: `node asyncapi.mjs NODE_MODULES FILE`. Exit code 1 if it finds an error.
import { createRequire } from "node:module";

const [modules, file] = process.argv.slice(2);
const { Parser, fromFile } = createRequire(`${modules}/`)("@asyncapi/parser");
const { document, diagnostics } = await fromFile(new Parser(), file).parse();
const errors = diagnostics.filter((one) => one.severity === 0);
for (const { message, path } of errors) console.error(`${file}: ${path.join(".")}: ${message}`);
if (!document || errors.length) process.exit(1);
console.log(`${document.channels().all().length} channels, ${document.operations().all().length} operations, 0 errors`);
