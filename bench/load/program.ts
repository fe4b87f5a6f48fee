/** A generator: options as JSON in its argument, its report as JSON on stdout. */
export async function runProgram<Options, Report>(run: (options: Options) => Promise<Report>): Promise<void> {
  const report = await run(JSON.parse(process.argv[2] ?? '{}') as Options);
  process.stdout.write(JSON.stringify(report), () => process.exit(0));
}
