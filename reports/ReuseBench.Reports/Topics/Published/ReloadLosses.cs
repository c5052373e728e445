using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Topics.Fairness;
using ReuseBench.Reports.Topics.Restart;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Published;

/// <summary>Restarts of some cells, and how many of them lost connections.</summary>
/// <param name="Restarts">Valid ones whose attempts were counted.</param>
/// <param name="Losing">Of these, such that lost any.</param>
/// <param name="Lost">Connections that all of them lost.</param>
/// <param name="Restart">Of the cells, by which they are counted in words; null counts restarts.</param>
internal sealed record ReloadLosses(int Restarts, int Losing, long Lost, RestartSettings? Restart = null)
{
    /// <summary>Fewer say too little of how often a thing happens: what half of all restarts show is missed in one run of 64.</summary>
    public const int Least = 6;

    public static ReloadLosses Of(RunAnalysis run, IReadOnlyList<MeasuredCell> cells)
    {
        long[] lost = [.. cells.SelectMany(c => run.Of(c, GapSummary.Of).Rows).Select(row => RestartLoss.Of([row])?.Lost).OfType<long>()];
        return new ReloadLosses(lost.Length, lost.Count(l => l > 0), lost.Sum(), cells.Select(c => c.Cell.Restart).FirstOrDefault());
    }

    /// <summary>Such as <c>20 of 20 restarts lost 1543 connections</c>.</summary>
    public string Text => Losing == 0
        ? $"none of {Counted} lost any (at most {NoneOf.Percent(Math.Max(1, Restarts))} % do, 95 %)"
        : $"{Losing} of {Counted} lost {Words.Count(Lost, "connection")}";

    /// <summary>Such as <c>20 restarts</c>.</summary>
    public string Counted => GapSummary.Count(Restart, Restarts);

    /// <summary>
    /// Fisher's exact test, one-sided: how often chance deals the losing restarts so unevenly to this side and the other, where both lose equally often.
    /// </summary>
    public double Chance(ReloadLosses other)
    {
        int all = Restarts + other.Restarts;
        int losing = Losing + other.Losing;
        double sum = 0;
        for (int here = Losing; here <= Math.Min(losing, Restarts); here++)
        {
            sum += Math.Exp(Choose(losing, here) + Choose(all - losing, Restarts - here) - Choose(all, Restarts));
        }

        return Math.Min(1, sum);
    }

    /// <summary>The logarithm; −∞ where there is no such choice.</summary>
    private static double Choose(int of, int some) =>
        some < 0 || some > of ? double.NegativeInfinity : Enumerable.Range(1, some).Sum(i => Math.Log(of - some + i) - Math.Log(i));
}

/// <summary>The cells of a run that a published result is about.</summary>
internal static class PublishedCells
{
    /// <summary>One reload of a server with a queue, whose workers are frozen.</summary>
    public static bool IsReload(MeasuredCell cell, string server, string mode, string reload) =>
        !RestartRules.IsBurst(cell.Cell.Restart) && IsOf(cell, server, mode, reload, RestartLoad.Frozen);

    /// <summary>The reload of nginx from four workers to one.</summary>
    public static bool IsFewer(MeasuredCell cell, string mode) => cell.Workers == 4 && IsReload(cell, "nginx", mode, "fewer");

    /// <summary>Three graceful restarts of Apache, half a second apart.</summary>
    public static bool IsBurstOfApache(MeasuredCell cell, string mode) =>
        IsBurst(cell, "apache", mode, "usr1", count: 3, Duration.FromMilliseconds(500));

    /// <summary>Ten reloads of HAProxy, 100 ms apart.</summary>
    public static bool IsBurstOfHaproxy(MeasuredCell cell, string mode, string reload) =>
        IsBurst(cell, "haproxy", mode, reload, count: 10, Duration.FromMilliseconds(100));

    public static bool IsRestart(MeasuredCell cell, RestartMethod method, RestartLoad load) =>
        cell.Is(Experiment.Restart) && cell.Cell is
        { Server.Accept: not AcceptMode.IoUring, Restart: { Stop: StopSignal.Graceful, Scope: RestartScope.Process } restart }
        && restart.Method == method && restart.Load == load && IsAsPublished(cell);

    /// <summary>Connections one by one to a variant of ours, whose workers have next to nothing to do.</summary>
    /// <param name="cell">To be looked at.</param>
    /// <param name="variant">Its own.</param>
    /// <param name="accept">Of a shared listener.</param>
    /// <returns>Whether it is such a cell, with the four workers of the condition.</returns>
    public static bool IsSpaced(MeasuredCell cell, Variant variant, AcceptMode? accept) => cell.Is(Experiment.Fairness) && !cell.IsAcceptOnly
        && cell.Workers == 4 && !IsHeavy(cell) && cell.Conditions.IsOpenLoop && cell.Cell.Load.Workload.IsConnect
        && cell.Series is { Program: null, Selector: null } && cell.Series.Variant == variant && cell.Series.Accept == accept;

    /// <summary>Likewise to a server of somebody else, which has nothing to do but to answer.</summary>
    public static bool IsSpaced(MeasuredCell cell, string server, string mode, int workers) => cell.Is(Experiment.Latency) && cell.Workers == workers
        && cell.Conditions.ServiceTimeUs == 0 && cell.Cell.Load.Workload.IsConnect
        && cell.Series is { Program: { } program, ProgramMode: { } there } && program == server && there == mode;

    /// <summary>A listener for each worker and requests that keep one busy, by the hash.</summary>
    public static bool IsHeavyGroup(MeasuredCell cell) => IsHeavyPair(cell) && cell.Series is { Variant: Variant.Reuseport, Selector: null };

    /// <summary>The two workers and 2 ms of work for each request that the conditions name.</summary>
    public static bool IsHeavyPair(MeasuredCell cell) => IsHeavy(cell) && cell.Workers == 2 && cell.Conditions.ServiceTimeUs == 2000;

    private static bool IsHeavy(MeasuredCell cell) => cell.Is(Experiment.Fairness) && cell.Series.Program is null && TailShape.IsHeavy(cell);

    /// <summary>A few persistent connections on a listener for each worker.</summary>
    /// <param name="cell">To be looked at.</param>
    /// <param name="selector">Null for the hash.</param>
    public static bool IsFew(MeasuredCell cell, Selector? selector) => cell.Is(Experiment.Throughput) && cell.Cell.Load.Workload.IsKeepalive
        && cell.Series is { Program: null, Variant: Variant.Reuseport } && cell.Series.Selector == selector && cell.Workers == 3
        && cell.Cell.Connections == 17;

    /// <summary>Which versions were measured, such as <c>; nginx 1.22.1</c>; empty for our own servers.</summary>
    public static string Versions(IReadOnlyList<MeasuredCell> cells)
    {
        string[] versions = [.. cells.SelectMany(c => c.Repeats).Select(r => r.Row.ServerVersion).OfType<string>().Distinct()];
        return versions.Length == 0 ? "" : $"; {string.Join(", ", versions)}";
    }

    /// <summary>Several reloads without a wait for each other.</summary>
    private static bool IsBurst(MeasuredCell cell, string server, string mode, string reload, int count, Duration every) =>
        RestartRules.IsBurst(cell.Cell.Restart) && cell.Cell.Restart!.Count == count && cell.Cell.Server.RestartEvery == every
        && IsOf(cell, server, mode, reload, RestartLoad.Idle);

    private static bool IsOf(MeasuredCell cell, string server, string mode, string reload, RestartLoad load) =>
        cell.Is(Experiment.Restart) && cell.Series is { Program: { } program, ProgramMode: { } there } && program == server && there == mode
        && cell.Cell.Restart is { Method: RestartMethod.Reload } restart && restart.ServerReload == reload && restart.Load == load
        && IsAsPublished(cell);

    /// <summary>The condition that all of them name: single connections, as many a second as a restart has unless another rate is asked for.</summary>
    private static bool IsAsPublished(MeasuredCell cell) => cell.Cell.Load.Workload.IsConnect
        && (cell.Cell.Load.Rate ?? RestartRules.DefaultProbeRate) == RestartRules.DefaultProbeRate;

    public static int? Migrates(MeasuredCell cell) => cell.Cell.Restart?.MigrateReq;

    /// <summary>Why cells have no valid repeat: the reasons that the run has for it.</summary>
    public static string WhyNone(RunAnalysis run, IEnumerable<MeasuredCell> cells, string what)
    {
        MeasuredCell[] there = [.. cells];
        string[] codes = [.. there.SelectMany(c => c.Repeats).SelectMany(r => r.Verdict.Reasons).Select(r => r.Code).Distinct()];
        string[] left = [.. (run.Data.Manifest?.Skipped ?? []).Where(s => s.Contains(what, StringComparison.Ordinal))];
        return codes.Length > 0 ? string.Join(", ", codes) : left.Length > 0 ? left[0].TrimEnd('.')
            : there.Length > 0 ? "the run has too few repeats" : "this run has no such cells";
    }
}
