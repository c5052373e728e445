using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Findings;

/// <summary>
/// Spaced connections on one shared listener: blocking accept takes strict turns, epoll gives most to one worker (Cloudflare, "The sad state
/// of Linux socket balancing", 2017). Said of a cell by its rows.
/// </summary>
public static class AcceptShape
{
    /// <summary>Up to here turns are called strict.</summary>
    private const double StrictTurns = 1.05;

    /// <summary>From this part of all connections on, one worker is said to take most.</summary>
    private const double MostOfAll = 0.5;

    public const string EpollPublished = "with epoll on a shared listener the busiest worker takes most";
    public const string BlockingPublished = "with blocking accept the workers of a shared listener take strict turns";

    public static bool IsShownBy(MeasuredCell cell) =>
        cell.Settings.Variant == Series.Shared && cell.Workers > 1 && cell.Conditions.IsOpenLoop && !TailShape.IsHeavy(cell);

    public static bool IsOfBlocking(MeasuredCell cell) => cell.Settings.Accept == Names.Of(AcceptMode.Blocking);

    /// <summary>Such as "comes out: busiest over mean 1.00 (…)"; the bounds are those of the interval shown, not only of the median.</summary>
    public static string Say(MeasuredCell cell)
    {
        Estimate busiest = Estimate.OfMedian(cell, Figure.AcceptedMaxOverMean);
        double limit = IsOfBlocking(cell) ? StrictTurns : MostOfAll * cell.Workers;
        string wanted = $"busiest over mean {(IsOfBlocking(cell) ? "at most" : "at least")} {limit.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)}";
        string outcome = busiest.Repeats is not { } repeats ? $"cannot be said here, because there is no believed repeat ({busiest.WhyNone})"
            : Spread.Of(repeats) is not { } spread ? $"{(Holds(cell, repeats.Median, limit) ? "came out" : "did not come out")} in the only repeat"
            : (Holds(cell, spread.Low, limit), Holds(cell, spread.High, limit)) switch
            {
                (true, true) => "comes out",
                (false, false) => "does not come out here, because no end of the interval reaches that",
                _ => "is not decided here, because the interval lies on both sides of it",
            };
        return $"{cell.Conditions.Load}, {cell.Label} ({wanted}): {outcome}; measured {busiest.Text}.";
    }

    private static bool Holds(MeasuredCell cell, double busiest, double limit) => IsOfBlocking(cell) ? busiest <= limit : busiest >= limit;
}
