using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Matrices;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Reports;
using Spectre.Console;

namespace ReuseBench.Bench.Runs;

/// <summary>What a run is about to do, for the terminal.</summary>
internal static class PlanText
{
    public static void PrintCells(RunOptions options, IAnsiConsole console)
    {
        IReadOnlyDictionary<string, string> labels = CellLabels.Of(options.Matrix.Cells.Select(c => c.Cell));
        Table table = new Table().AddColumns("cell", "id", "repeats", "estimate").Border(TableBorder.Simple);
        foreach (MatrixCell cell in options.Matrix.Cells)
        {
            double seconds = RunPlan.EstimateOf(cell.Cell).Seconds * cell.Repeats;
            table.AddRow(new Text(labels[cell.Cell.Id]), new Text(cell.Cell.Id), new Text($"{cell.Repeats}"), new Text($"{seconds:0.#} s"));
        }

        console.Write(table);
    }

    /// <summary>The result of a dry run.</summary>
    public static void PrintDry(RunOptions options, MicroJob? micro, OutputForm form)
    {
        if (form.IsJson)
        {
            Console.Out.WriteLine(RunJson.OfPlan(options, RunEstimate.Of(options, micro)));
            return;
        }

        IAnsiConsole console = RunConsole.Create();
        PrintCells(options, console);
        Print(options, micro, console);
    }

    public static void Print(RunOptions options, MicroJob? micro, IAnsiConsole console)
    {
        Matrix matrix = options.Matrix;
        console.WriteLine(
            (options.Budget is { } budget
                ? $"{matrix.Name}: {Count(matrix.Cells.Count, "cell")}, rounds of them until all that is compared is decided, "
                    + $"at most {RunClock.Format(budget.ToTimeSpan())}; "
                : $"{matrix.Name}: {Count(matrix.Cells.Count, "cell")}, {Count(options.Plan.Repeats.Count, "measurement")}, about "
                    + $"{RunClock.Format(RunEstimate.Of(options, micro).ToTimeSpan())}; ")
            + (options.Lab is { } lab
                ? LabRules.Describe(lab)
                : $"{string.Join("; ", CpusOf(options))}, "
                    + $"{(options.Isolate ? "each measurement in a network namespace of its own" : "in the host's network namespace")}"));
        foreach (string note in new[] { HostAdvice.Isolated(options.Host), HostAdvice.Unseen(options.Host) }.OfType<string>())
        {
            console.WriteLine($"note: {note}");
        }

        if (ConntrackForecast.Warning(options) is { } warning)
        {
            console.MarkupLineInterpolated($"[yellow]warning: {warning}[/]");
        }
    }

    /// <summary>Where server and swarm run, once for each thing that cells say of it.</summary>
    public static IEnumerable<string> CpusOf(RunOptions options) =>
        options.Matrix.Cells.Where(c => c.Cell.Driver != Driver.AcceptOnly).Select(c => c.Cell.Numa).Distinct().DefaultIfEmpty().Order().Select(numa =>
        {
            CpuPlan plan = options.Cpus.Of(numa);
            string asked = numa is NumaPlacement placement ? $" (numa {Names.Of(placement)})" : "";
            return $"server on CPUs {plan.Server}{NodesOf(plan, plan.ServerNodes)}, swarm on {plan.Client}{NodesOf(plan, plan.ClientNodes)}"
                + $"{(plan.Disjoint ? "" : " (shared)")}{(plan.Measurement.IsEmpty ? "" : $", measurement on {plan.Measurement}")}{asked}";
        });

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string NodesOf(CpuPlan plan, IReadOnlyList<int> nodes) =>
        plan.HostNodes < 2 ? "" : $" (NUMA node{(nodes.Count == 1 ? "" : "s")} {string.Join(", ", nodes)})";
}

/// <summary>What became of the repeats that were taken.</summary>
/// <param name="Measured">Have figures, whatever their verdict.</param>
/// <param name="LeftOut">Could not be had on this host, by rule.</param>
/// <param name="Failed">Should have figures and have none, or counts that disagree.</param>
internal sealed record RunTally(int Measured, int LeftOut, int Failed)
{
    private int Taken => Measured + LeftOut + Failed;

    public RunTally With(MeasuredRows rows) => rows switch
    {
        { IsLeftOut: true } => this with { LeftOut = LeftOut + 1 },
        { Result.Failure: not null } => this with { Failed = Failed + 1 },
        _ => this with { Measured = Measured + 1 },
    };

    /// <summary>One line where the run did not do what it was started for; null where it did.</summary>
    /// <param name="logs">Where the reasons are.</param>
    public string? Problem(string logs) => this switch
    {
        { Failed: > 0 } => $"{Failed} of {Taken} measurements failed; see {logs}",
        { Measured: 0, LeftOut: > 0 } => $"nothing was measured: all {LeftOut} measurements were left out; the report says why",
        _ => null,
    };
}

/// <summary>How much of a run's time was measured time, over all its sessions: one that is resumed has several.</summary>
internal static class RunTimes
{
    /// <param name="manifest">With the sums of earlier sessions.</param>
    /// <param name="measuredS">Warm-up and measuring of this session, in seconds.</param>
    /// <param name="wall">Wall time of this session.</param>
    public static RunManifest Add(RunManifest manifest, double measuredS, TimeSpan wall)
    {
        double measured = manifest.MeasuredS + measuredS;
        double all = manifest.WallS + wall.TotalSeconds;
        return manifest with
        {
            MeasuredS = Math.Round(measured, 3),
            WallS = Math.Round(all, 3),
            OverheadShare = Math.Round(1 - (measured / all), 4),
        };
    }
}

/// <summary>What <c>doctor</c> says, for the terminal.</summary>
internal static class DiagnosisText
{
    /// <summary>Every finding, with what it means and the command where something is to be changed; then the host as a whole.</summary>
    public static void Print(HostDiagnosis diagnosis, TextWriter output)
    {
        foreach (HostFinding finding in diagnosis.Findings)
        {
            output.WriteLine(Head(finding));
            output.WriteLine($"        {finding.Meaning}");
            if (finding.Change is { } change)
            {
                output.WriteLine($"        change: {change}");
            }
        }

        int limits = diagnosis.Findings.Count(f => f.Fitness == Fitness.Limits);
        int unfit = diagnosis.Findings.Count(f => f.Fitness == Fitness.Unfit);
        output.WriteLine(diagnosis.Fitness switch
        {
            Fitness.Unfit => $"This host is unfit to measure on: {unfit} of {diagnosis.Findings.Length} findings are to be changed first, "
                + $"{limits} more limit figures.",
            Fitness.Limits => $"This host is fit to measure on within limits: {limits} of {diagnosis.Findings.Length} findings limit figures.",
            _ => "This host is fit to measure on.",
        });
    }

    /// <summary>The worst of what is not fit, in a line each, before a run.</summary>
    public static IEnumerable<string> Worst(IReadOnlyList<HostFinding> findings)
    {
        HostFinding[] notFit = [.. findings.Where(f => f.Fitness != Fitness.Fit).Take(MostBeforeRun)];
        return notFit.Select(f => $"host: {Names.Of(f.Fitness)}: {f.Name} {f.Value}: {f.Meaning}")
            .Concat(notFit.Length > 0 ? ["host: reusebench doctor says what to change"] : []);
    }

    private const int MostBeforeRun = 3;

    private static string Head(HostFinding finding) =>
        $"{Names.Of(finding.Fitness),-8}{finding.Name}: {finding.Value}";
}
