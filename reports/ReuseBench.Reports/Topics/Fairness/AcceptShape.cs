using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>
/// Spaced connections on one shared listener: blocking accept takes strict turns, epoll loads few workers and leaves the last idle
/// (Cloudflare, "The sad state of Linux socket balancing", 2017). Said of a cell by its rows.
/// </summary>
public static class AcceptShape
{
    /// <summary>From this share of all connections on one worker is said to take every connection: the first come while the others get ready.</summary>
    private const double Every = 0.95;

    /// <summary>Up to here turns are called strict.</summary>
    private const double StrictTurns = 1.05;

    /// <summary>
    /// Below this part of the even share a worker is said to get next to nothing. Where k of n workers take turns the busiest has n / k times
    /// the mean and the least loaded nothing, with k = n the mean itself: midway between these no verdict hangs on a single connection, as it
    /// does where two of three workers halve all of them and "half of all" is what is asked for.
    /// </summary>
    private const double NextToNothing = 0.5;

    public const string EpollPublished = "with epoll on a shared listener the busiest worker takes far more than its share and the last next "
        + "to nothing";
    public const string IoUringMeasured = "with multishot accept by io_uring one worker of a shared listener takes every connection";
    public const string BlockingPublished = "with blocking accept the workers of a shared listener are served strictly round-robin";

    public static bool IsShownBy(MeasuredCell cell) =>
        cell.Cell.Server.Variant == Variant.Shared && cell.Workers > 1 && cell.Conditions.IsOpenLoop && !TailShape.IsHeavy(cell);

    public static bool IsOfBlocking(MeasuredCell cell) => cell.Cell.Server.Accept == AcceptMode.Blocking;

    public static bool IsOfIoUring(MeasuredCell cell) => cell.Cell.Server.Accept == AcceptMode.IoUring;

    /// <summary>Such as "comes out: busiest over mean 1.003 (…)"; the bounds are those of the interval shown, not only of the median.</summary>
    public static string Say(MeasuredCell cell, RunAnalysis run)
    {
        Estimate busiest = run.Median(cell, Figure.AcceptedMaxOverMean);
        Estimate least = run.Median(cell, Figure.AcceptedMinOverMean);
        string said = IsOfBlocking(cell) ? Turns(busiest)
            : IsOfIoUring(cell) ? OnOne(busiest, cell.Workers)
            : Piled(run.Of(cell, BusiestByChance.Of), busiest, least);
        return $"{cell.Conditions.Load}, {cell.Label} {said}; measured: max/mean {busiest.Text}, least loaded over mean {least.Text}.";
    }

    private static string Turns(Estimate busiest) =>
        $"(max/mean at most {Quantity.OverMean.Text(StrictTurns)}): "
            + $"{(busiest.Repeats is { } repeats ? Outcome(repeats, value => value <= StrictTurns) : None(busiest))}";

    private static string OnOne(Estimate busiest, int workers) =>
        $"(max/mean at least {Quantity.OverMean.Text(Every * workers)} of {workers}): "
            + $"{(busiest.Repeats is { } repeats ? Outcome(repeats, value => value >= Every * workers) : None(busiest))}";

    private static string Piled(BusiestByChance byChance, Estimate busiest, Estimate least)
    {
        if (byChance.HighestOfBands is not double limit)
        {
            return "(max/mean beyond the 95 % band of an ideal hash): cannot be said here, because the tables hold no band of an "
                + "ideal hash to go beyond";
        }

        string wanted = $"(max/mean beyond {Quantity.OverMean.Text(limit)}, where the 95 % band of an ideal hash ends, and the least "
            + $"loaded below {NextToNothing.ToString(CultureInfo.InvariantCulture)})";
        return busiest.Repeats is { } most && least.Repeats is { } fewest
            ? $"{wanted}: {Both(Outcomes(most, value => value > limit), Outcomes(fewest, value => value < NextToNothing), most.Count)}"
            : $"{wanted}: {None(busiest.Repeats is null ? busiest : least)}";
    }

    private static string None(Estimate estimate) => $"cannot be said here, because there is no valid repeat ({estimate.WhyNone})";

    private static string Outcome(Sample repeats, Func<double, bool> holds) => Both(Outcomes(repeats, holds), (true, true), repeats.Count);

    /// <summary>Whether it holds at either end of the interval.</summary>
    private static (bool Low, bool High) Outcomes(Sample repeats, Func<double, bool> holds) => Spread.Of(repeats) is { } spread
        ? (holds(spread.Low), holds(spread.High))
        : (holds(repeats.Median), holds(repeats.Median));

    private static string Both((bool Low, bool High) one, (bool Low, bool High) other, int repeats) => (one, other) switch
    {
        ((true, true), (true, true)) => repeats == 1 ? "came out in the only repeat" : "comes out",
        ((false, false), _) or (_, (false, false)) => repeats == 1 ? "did not come out in the only repeat" : "does not come out here, because "
            + "no end of an interval reaches that",
        _ => "is not decided here, because an interval lies on both sides of it",
    };
}
