using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Reports;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Wire;
using ReuseBench.Linux;
using ReuseBench.Micro;

// The program that starts this one may end in any way; a benchmark must not go on alone and spoil the next measurement.
if (Environment.GetEnvironmentVariable("REUSEBENCH_PARENT_PID") is { } parent)
{
    ChildProcess.DieWithParent(int.Parse(parent, CultureInfo.InvariantCulture));
}

Option<int> rounds = new("--rounds")
{
    Description = "how often everything is run, one round after the other [5; 1 with a --job of BenchmarkDotNet's]",
};
Option<string> artifacts = new("--artifacts") { DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "micro") };
Command command = new("micro", "What one operation costs. Every other option is BenchmarkDotNet's.") { rounds, artifacts };
command.TreatUnmatchedTokensAsErrors = false;
command.SetAction(parsed =>
{
    RoundPlan plan = RoundPlan.For([.. parsed.UnmatchedTokens], parsed.GetValue(rounds));
    string folder = Path.GetFullPath(parsed.GetRequiredValue(artifacts));
    List<Summary[]> all = [];
    for (int round = 1; round <= plan.Rounds; round++)
    {
        Console.Error.WriteLine(MicroRound.Say(round, plan.Rounds));
        all.Add(plan.Run(round, Path.Combine(folder, $"round-{round}")));
    }

    if (all.All(summaries => summaries.Length == 0))
    {
        return 1;
    }

    MicroRow[] rows = [.. MicroRows.Of(all, OwnNetwork.CanBeMade() ? "netns" : "none")];
    string results = Directory.CreateDirectory(Path.Combine(folder, "results")).FullName;
    string path = Path.Combine(results, Tables.Micro.FileName);
    File.Delete(path);
    using (CsvTable<MicroRow> table = Tables.Micro.Open(results))
    {
        table.Append(rows);
    }

    Console.WriteLine(path);
    return rows.Length > 0 && rows.All(row => row.Failure is null) ? 0 : 1;
});
return command.Parse(args).Invoke();
