using ReuseBench.Core.Cells;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Topics.Restart;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Published;

/// <summary>Restarts of some cells, and how many of them lost connections.</summary>
/// <param name="Restarts">Valid ones whose attempts were counted.</param>
/// <param name="Losing">Of these, such that lost any.</param>
/// <param name="Lost">Connections that all of them lost.</param>
internal sealed record ReloadLosses(int Restarts, int Losing, long Lost)
{
    /// <summary>Fewer say too little of how often a thing happens: what half of all restarts show is missed in one run of 64.</summary>
    public const int Least = 6;

    public static ReloadLosses Of(RunAnalysis run, IEnumerable<MeasuredCell> cells)
    {
        long[] lost = [.. cells.SelectMany(c => run.Of(c, GapSummary.Of).Rows).Select(row => RestartLoss.Of([row])?.Lost).OfType<long>()];
        return new ReloadLosses(lost.Length, lost.Count(l => l > 0), lost.Sum());
    }

    /// <summary>Such as <c>20 of 20 restarts lost 1543 connections</c>.</summary>
    public string Text => Losing == 0
        ? $"none of {Words.Count(Restarts, "restart")} lost any (at most {NoneOf.Percent(Math.Max(1, Restarts))} % do, 95 %)"
        : $"{Losing} of {Words.Count(Restarts, "restart")} lost {Words.Count(Lost, "connection")}";

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
    public static bool IsReload(MeasuredCell cell, string server, string mode, string reload, RestartLoad load) =>
        cell.Is(Experiment.Restart) && cell.Series is { Program: { } program, ProgramMode: { } there } && program == server && there == mode
        && cell.Cell.Restart is { Method: RestartMethod.Reload } restart && restart.ServerReload == reload && restart.Load == load
        && IsAsPublished(cell);

    public static bool IsRestart(MeasuredCell cell, RestartMethod method, RestartLoad load) =>
        cell.Is(Experiment.Restart) && cell.Cell is
        { Server.Accept: not AcceptMode.IoUring, Restart: { Stop: StopSignal.Graceful, Scope: RestartScope.Process } restart }
        && restart.Method == method && restart.Load == load && IsAsPublished(cell);

    /// <summary>The condition that all of them name: single connections, as many a second as a restart has unless another rate is asked for.</summary>
    private static bool IsAsPublished(MeasuredCell cell) => cell.Cell.Load.Workload.IsConnect
        && (cell.Cell.Load.Rate ?? RestartRules.DefaultProbeRate) == RestartRules.DefaultProbeRate;

    public static int? Migrates(MeasuredCell cell) => cell.Cell.Restart?.MigrateReq;

    /// <summary>Why cells have no valid repeat: the reasons that the run has for it.</summary>
    public static string WhyNone(RunAnalysis run, IEnumerable<MeasuredCell> cells, string what)
    {
        string[] codes = [.. cells.SelectMany(c => c.Repeats).SelectMany(r => r.Verdict.Reasons).Select(r => r.Code).Distinct()];
        string[] left = [.. (run.Data.Manifest?.Skipped ?? []).Where(s => s.Contains(what, StringComparison.Ordinal))];
        return codes.Length > 0 ? string.Join(", ", codes) : left.Length > 0 ? left[0].TrimEnd('.') : "this run has no such cells";
    }
}
