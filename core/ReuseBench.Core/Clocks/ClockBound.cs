namespace ReuseBench.Core.Clocks;

/// <summary>
/// One exchange between two hosts, in nanoseconds of CLOCK_MONOTONIC of the host that read it. Where the true offset is θ (asked host less asker) and
/// neither way takes less than no time, t3 − t4 ≤ θ ≤ t2 − t1, whatever the two ways took.
/// </summary>
/// <param name="T1Ns">The asker sent its question.</param>
/// <param name="T2Ns">The asked host had it.</param>
/// <param name="T3Ns">The asked host sent its answer.</param>
/// <param name="T4Ns">The asker had it.</param>
public readonly record struct ClockPing(long T1Ns, long T2Ns, long T3Ns, long T4Ns)
{
    /// <summary>Both ways together, without what the asked host took between them.</summary>
    public long RoundTripNs => T4Ns - T1Ns - (T3Ns - T2Ns);
}

/// <summary>The pings of two hosts cannot all be true: one of the clocks was set, or a host was suspended.</summary>
public sealed class ClockJumpException(string message) : Exception(message);

/// <summary>
/// Where the offset of another host's clock (that host less the asker) lies for certain at one moment: the intersection of what a burst of pings
/// says. No way is taken to be as long as the way back, and nothing is filtered.
/// </summary>
/// <param name="LowNs">The offset is no less.</param>
/// <param name="HighNs">The offset is no more.</param>
/// <param name="AtNs">The moment, in the asker's clock: the middle of the burst.</param>
/// <param name="Samples">Pings that it was made of.</param>
/// <param name="RttMinNs">Shortest round trip.</param>
/// <param name="RttMedianNs">Median round trip.</param>
public sealed record ClockBound(long LowNs, long HighNs, long AtNs, int Samples, long RttMinNs, long RttMedianNs)
{
    /// <summary>
    /// By how much two clocks may run apart that nobody sets: each crystal is within 50 ppm of the truth, a common specification of boards. A clock that
    /// NTP slews may run up to 500 ppm off; <see cref="ClockTrack.SlewPpm"/> adds what the kernel says of that.
    /// </summary>
    public const double DriftPpm = 100;

    /// <summary>The middle of the interval.</summary>
    public long OffsetNs => LowNs + ((HighNs - LowNs) / 2);

    /// <summary>The true offset is no further than this from <see cref="OffsetNs"/>.</summary>
    public long HalfWidthNs => (HighNs - LowNs + 1) / 2;

    /// <param name="pings">At least one, in any order.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    /// <exception cref="ClockJumpException">No offset fits all of them, or an answer was there before its question.</exception>
    public static ClockBound Of(IReadOnlyList<ClockPing> pings)
    {
        if (pings.Count == 0)
        {
            throw new ArgumentException("a bound needs a ping", nameof(pings));
        }

        long firstNs = pings.Min(p => p.T1Ns);
        long lastNs = pings.Max(p => p.T4Ns);
        long atNs = firstNs + ((lastNs - firstNs) / 2);
        long lowNs = long.MinValue;
        long highNs = long.MaxValue;
        foreach (ClockPing ping in pings)
        {
            if (ping.T4Ns < ping.T1Ns || ping.T3Ns < ping.T2Ns)
            {
                throw new ClockJumpException("a clock ran backwards between a question and its answer; a host was suspended, or its clock was set");
            }

            // What held then may have moved until the middle of the burst.
            long movedNs = Moved(Math.Max(Math.Abs(ping.T1Ns - atNs), Math.Abs(ping.T4Ns - atNs)), DriftPpm);
            lowNs = Math.Max(lowNs, ping.T3Ns - ping.T4Ns - movedNs);
            highNs = Math.Min(highNs, ping.T2Ns - ping.T1Ns + movedNs);
        }

        long[] trips = [.. pings.Select(p => p.RoundTripNs).Order()];
        return lowNs <= highNs
            ? new ClockBound(lowNs, highNs, atNs, trips.Length, trips[0], trips[trips.Length / 2])
            : throw new ClockJumpException(
                FormattableString.Invariant($"no clock offset fits all {trips.Length} pings, the intervals are {(lowNs - highNs) / 1e3:0.#} µs apart")
                    + "; a clock was set meanwhile, or a host was suspended");
    }

    /// <summary>
    /// The offset of one host's clock less another's, where the same asker knows both at the same moment: offsets subtract, bounds add.
    /// </summary>
    /// <param name="reference">Of the host that is subtracted.</param>
    /// <param name="other">Of the other host.</param>
    /// <param name="askerNs">The moment, in the clock of the host that asked both.</param>
    public static (long OffsetNs, long HalfWidthNs) Between(ClockTrack reference, ClockTrack other, long askerNs) =>
        (other.OffsetAtNs(askerNs) - reference.OffsetAtNs(askerNs), other.BoundNs + reference.BoundNs);

    /// <summary>How far clocks move apart at most, rounded up.</summary>
    /// <param name="timeNs">0 or more.</param>
    /// <param name="ppm">By how much they run apart.</param>
    internal static long Moved(long timeNs, double ppm) => (long)Math.Ceiling(timeNs * (ppm * 1e-6));
}

/// <summary>
/// The offset of a host's clock over a window, from a burst of pings before it and one behind. Between them it is taken for linear, and the bound
/// grows by what a change of speed within the window could have hidden: λ(1 − λ) · window · change, at most a quarter.
/// </summary>
/// <param name="Before">The first burst.</param>
/// <param name="After">The second; the first again where there is no other yet.</param>
public sealed record ClockTrack(ClockBound Before, ClockBound After)
{
    /// <summary>By how much the speed of the two clocks against each other may change within a window: temperature, and what NTP corrects slowly.</summary>
    public const double ChangePpm = 50;

    /// <summary>What the kernels of both hosts say of a slew in progress (adjtimex), in ppm: it may end or begin within the window.</summary>
    public double SlewPpm { get; init; }

    private long WindowNs => After.AtNs - Before.AtNs;

    /// <summary>The host's clock less the asker's at a moment within the window.</summary>
    /// <param name="askerNs">In the asker's clock; outside the window the nearer end counts.</param>
    public long OffsetAtNs(long askerNs) => Before.OffsetNs + (long)Math.Round((After.OffsetNs - Before.OffsetNs) * Share(askerNs));

    /// <summary>What <see cref="OffsetAtNs"/> is off by at most, anywhere within the window.</summary>
    public long BoundNs
    {
        get
        {
            double window = WindowNs;
            double change = window * (ChangePpm + SlewPpm) * 1e-6;

            // Half widths are joined by a line, on which the parabola of the change stands: its top is where their slopes meet.
            double slope = After.HalfWidthNs - Before.HalfWidthNs;
            double share = change > 0 ? Math.Clamp(0.5 + (slope / (2 * change)), 0, 1) : slope > 0 ? 1 : 0;

            // Two halves of a nanosecond are lost where offsets are rounded.
            return (long)Math.Ceiling(Before.HalfWidthNs + (slope * share) + (share * (1 - share) * change)) + 2;
        }
    }

    /// <summary>By how much the host's clock runs faster than the asker's, from the two offsets; null where they are less than a second apart.</summary>
    public double? DriftPpm => WindowNs >= 1_000_000_000 ? (After.OffsetNs - Before.OffsetNs) / (double)WindowNs * 1e6 : null;

    /// <summary>A moment of the host's clock in the asker's.</summary>
    /// <param name="hostNs">In the host's clock.</param>
    public long ToAskerNs(long hostNs)
    {
        // Since the host's first moment its clock has gone so far; the asker's by what the drift between the two leaves of it.
        double goneNs = hostNs - Before.AtNs - Before.OffsetNs;
        double drift = WindowNs > 0 ? (After.OffsetNs - Before.OffsetNs) / (double)WindowNs : 0;
        return hostNs - OffsetAtNs(Before.AtNs + (long)Math.Round(goneNs / (1 + drift)));
    }

    /// <summary>A moment of the asker's clock in the host's.</summary>
    /// <param name="askerNs">In the asker's clock.</param>
    public long ToHostNs(long askerNs) => askerNs + OffsetAtNs(askerNs);

    /// <summary>Whether no drift that clocks have leads from one offset to the other.</summary>
    /// <exception cref="ClockJumpException">A clock was set between the bursts.</exception>
    public ClockTrack RequireSteady()
    {
        long movedNs = ClockBound.Moved(Math.Max(0, WindowNs), ClockBound.DriftPpm + SlewPpm);
        long apartNs = Math.Max(After.LowNs - Before.HighNs, Before.LowNs - After.HighNs);
        return apartNs <= movedNs
            ? this
            : throw new ClockJumpException(
                FormattableString.Invariant($"the clock offset moved by {apartNs / 1e3:0.#} µs or more within {WindowNs / 1e9:0.##} s")
                    + "; a clock was set meanwhile, or a host was suspended");
    }

    private double Share(long askerNs) => WindowNs <= 0 ? 0 : Math.Clamp((askerNs - Before.AtNs) / (double)WindowNs, 0, 1);
}
