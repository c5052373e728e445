using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Topics;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports;

/// <summary>Makes the first screen of a run: in the report, at the end of the run on the terminal, in the summary and in the index.</summary>
public static class FirstScreens
{
    /// <summary>The smallest of the matrices that are there, which takes too few repeats to rank anything, and the one to take instead.</summary>
    private const string Smallest = "smoke";
    private const string Instead = "quick";

    /// <summary>Named in the title; the contents have all.</summary>
    private const int MostExperiments = 4;

    /// <param name="run">After its findings were found, so that it is ranked.</param>
    /// <param name="found">Its findings.</param>
    public static FirstScreen Of(RunAnalysis run, IReadOnlyList<(Finding Finding, Statement Statement)> found)
    {
        ILookup<string, Finding> byTopic = found.ToLookup(f => f.Finding.Topic, f => f.Finding);
        Headline[] offered = [.. TopicRegistry.All.SelectMany(topic => topic.Headlines(run, [.. byTopic[topic.Name]]))];
        return new FirstScreen(
            TitleOf(run.Data),
            SubtitleOf(run.Data),
            HeadlineRule.Results(offered),
            HeadlineRule.Steps(offered, [.. Repeats(run, [.. found.Select(f => f.Finding).OfType<RankingFinding>()]), .. Reasons(run), .. Host(run.Data)]),
            VerdictTally.Of(run.Cells));
    }

    /// <summary>Such as <c>single, shared and reuseport with 1, 2 and 4 workers: throughput, latency, restart</c>.</summary>
    private static string TitleOf(RunData data)
    {
        MeasuredCell[] servers = [.. data.Cells.Where(c => c.Cell.Restart is null && c.Cell.Server.Variant != Variant.Restart)];
        string[] variants =
        [
            .. servers.Where(c => c.Cell.Server.Program is null).OrderBy(c => c.Series).Select(c => Names.Of(c.Cell.Server.Variant)).Distinct(),
            .. data.Cells.Select(c => c.Cell.Server.Program).OfType<string>().Distinct().Order(StringComparer.Ordinal),
        ];
        string[] methods = [.. data.Cells.Select(c => c.Cell.Restart).OfType<RestartSettings>().Select(r => Names.Of(r.Method)).Distinct()];
        // Of a run that also counts connections or stalls, the numbers of workers are those of its loads.
        MeasuredCell[] loads = [.. servers.Where(c => c.Is(Experiment.Throughput) || c.Is(Experiment.Latency))];
        string[] workers =
        [
            .. (loads.Length > 0 ? loads : servers).Select(c => c.Workers).Distinct().Order().Select(w => w.ToString(CultureInfo.InvariantCulture)),
        ];
        Experiment[] inOrder = [.. TopicRegistry.All.SelectMany(t => t.Experiments)];
        string[] experiments =
        [
            .. data.Cells.Select(c => c.Cell.Experiment).Distinct().OrderBy(e => Array.IndexOf(inOrder, e) is var at && at < 0 ? inOrder.Length : at)
                .Select(e => e.Name.Replace('-', ' ')),
        ];
        string[] about = [.. experiments, .. data.Table<SemanticsRow>().Count > 0 ? ["socket options"] : Array.Empty<string>()];
        string what = variants.Length > 0
            ? Words.Listed(variants) + (workers.Length > 0 ? $" with {Words.Listed(workers)} worker{(workers is ["1"] ? "" : "s")}" : "")
            : methods.Length > 0 ? $"restart method{(methods.Length == 1 ? "" : "s")} {Words.Listed(methods)}"
            : about.Length > 0 ? "SO_REUSEADDR and SO_REUSEPORT"
            : data.Table<MicroRow>().Count > 0 ? "what one operation costs" : "nothing was measured";
        string more = about.Length > MostExperiments ? $" and {Words.Count(about.Length - MostExperiments, "more experiment")}" : "";
        return Words.Sentence(about.Length > 0 ? $"{what}: {string.Join(", ", about.Take(MostExperiments))}{more}" : what);
    }

    /// <summary>Host, day and time, version, matrix: what a reader needs to find it again.</summary>
    private static string SubtitleOf(RunData data) => data.Manifest is not { } run
        ? $"Host not known · run {data.RunId}"
        : string.Join(" · ", new[]
        {
            run.Hosts is { } lab ? LabOf(lab) : null,
            HostOf(run.Host),
            Time(run.StartedUtc),
            run.Host.ReuseBenchVersion is { } version ? $"ReuseBench {version}" : null,
            $"matrix {run.Matrix}, {Words.Count(data.Cells.Count, "cell")}",
            $"run {run.RunId}",
        }.Where(p => !string.IsNullOrEmpty(p)));

    /// <summary>Which host did what, of a run over several.</summary>
    private static string LabOf(LabFacts lab) =>
        $"server on {Words.Listed([.. NamesOf(lab, HostRole.Server)])}, swarm on {Words.Listed([.. NamesOf(lab, HostRole.Swarm)])}";

    private static IEnumerable<string> NamesOf(LabFacts lab, HostRole role) => lab.Hosts.Where(h => h.Role == role).Select(h => h.Name);

    private static string HostOf(HostFacts host) => string.Join(", ", new[]
    {
        Words.Count(host.CpusAllowed, "CPU"),
        host.CpuModel,
        host.Hypervisor is null ? null : "virtual machine",
        host.Kernel is null || host.Kernel.StartsWith("Linux", StringComparison.Ordinal) ? host.Kernel : $"Linux {host.Kernel}",
    }.Where(p => !string.IsNullOrEmpty(p)));

    private static string Time(string startedUtc) =>
        DateTime.TryParse(startedUtc, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime at)
            ? at.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)
            : startedUtc;

    /// <summary>What is not ranked for want of repeats, and how to get it ranked.</summary>
    private static IEnumerable<string> Repeats(RunAnalysis run, RankingFinding[] rankings)
    {
        RankingFinding[] few = [.. rankings.Where(r => r.Over.Leader is null && r.All.Count > 1)];
        RankingFinding[] undecided = [.. rankings.Where(r => r.RepeatsNeeded is not null)];
        int most = few.SelectMany(r => r.All).Select(e => e.Cell.Repeats.Count).DefaultIfEmpty(0).Max();
        string Subject(int count) => count == rankings.Length ? "Nothing can be ranked" : $"{count} of {rankings.Length} rankings cannot be decided";
        if (few.Length > 0 && most < Contest.FewestRepeats)
        {
            string who = run.Data.Manifest is { } manifest ? $"matrix {manifest.Matrix}" : "the run";
            string takes = $"{Subject(few.Length)}: {who} takes {Words.Count(most, "repeat")} of each cell";
            yield return run.Data.Manifest?.Matrix == Smallest ? $"{takes}. Use: reusebench run {Instead}." : $"{takes}. Take more (--repeats).";
        }
        else if (undecided.Max(r => r.RepeatsNeeded) is int needed)
        {
            yield return $"{Subject(undecided.Length)} with {Words.Count(undecided.Min(r => r.Over.Repeats), "repeat")}: take {needed} of each cell "
                + $"(--repeats {needed}).";
        }
    }

    /// <summary>The reason that takes the most repeats away, and the one that limits the most where that is more than half of them.</summary>
    private static IEnumerable<string> Reasons(RunAnalysis run)
    {
        int repeats = run.Cells.Sum(c => c.Repeats.Count(r => !r.Row.IsSkipped));
        ReasonCount[] all = [.. ReasonCount.Of(run.Cells).Where(r => r is { Rule.Advice.Length: > 0, Affected: > 0 })];
        foreach (Grade grade in (Grade[])[Grade.Invalid, Grade.Limited])
        {
            if (all.FirstOrDefault(r => r.Rule.Grade == grade) is { } most && (grade == Grade.Invalid || 2 * most.Affected > repeats))
            {
                yield return $"{most.Affected} of the run's {Words.Count(repeats, "repeat")} {(most.Affected == 1 ? "is" : "are")} {Names.Of(grade)} by "
                    + $"{most.Rule.Code}. {FirstClause(most.Rule.Meaning)}. {most.Rule.Advice}";
            }
        }
    }

    /// <summary>Up to the first colon or full stop: the rest says how it was seen.</summary>
    private static string FirstClause(string text) => text.Split([". ", ": "], 2, StringSplitOptions.None)[0].TrimEnd('.');

    /// <summary>What makes figures of this host mislead, and the command that changes it.</summary>
    private static IEnumerable<string> Host(RunData data) =>
        (data.Manifest?.Doctor ?? []).Where(d => d is { Fitness: Fitness.Unfit, Change: not null })
            .Select(d => $"{Words.Sentence(d.Name)}: {d.Value}. {d.Meaning.TrimEnd('.')}. Command: {d.Change}");
}
