// Validates a SARIF file with Microsoft's multitool; any error or warning is a failure.
//
//   node sarif.mjs FOLDER FILE      FOLDER holds node_modules
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [folder, file] = process.argv.slice(2);
const program = [
    `sarif-multitool-${process.platform}/Sarif.Multitool`,
    `sarif-multitool-${process.platform}-${process.arch}/Sarif.Multitool`,
].map(name => join(folder, "node_modules/@microsoft", name)).find(existsSync);
if (!program) throw new Error("the package holds no program for this machine");
chmodSync(program, 0o755);

const scratch = mkdtempSync(join(tmpdir(), "sarif-"));
try {
    const out = join(scratch, "validated.sarif");
    const ended = spawnSync(
        program,
        ["validate", file, "--output", out, "--log", "ForceOverwrite", "--rule-kind", "Sarif;Ghas"],
        { encoding: "utf8" },
    );
    console.log(ended.stdout, ended.stderr);
    const runs = JSON.parse(readFileSync(out, "utf8")).runs;
    const results = runs.flatMap(run => run.results ?? []);
    const problems = runs.flatMap(run => run.invocations ?? []).flatMap(one => [
        ...(one.toolExecutionNotifications ?? []),
        ...(one.toolConfigurationNotifications ?? []),
    ]);
    const counted = [...results, ...problems].filter(one => (one.level ?? "warning") !== "note");
    for (const one of counted.slice(0, 20)) console.error(JSON.stringify(one).slice(0, 600));
    console.log(`${results.length} results, ${counted.length} of them errors or warnings`);
    process.exitCode = counted.length > 0 || ended.status !== 0 ? 1 : 0;
} finally {
    rmSync(scratch, { recursive: true, force: true });
}
