using ReuseBench.Core.Cells;

namespace ReuseBench.Core.Verdicts;

/// <summary>The rules by which a repeat is judged: a pure function of the evidence.</summary>
public static class VerdictRules
{
    /// <summary>A client thread that waited less than 5 % of the window had nothing left to give.</summary>
    public const double SaturatedNeverIdleShare = 0.95;

    /// <summary>A server that used this much of its CPUs was at its own limit, whatever the client had left.</summary>
    public const double ServerAtLimitShare = 0.95;

    /// <summary>In a closed loop a client thread this busy is held against the server, share against share.</summary>
    public const double ComparedNeverIdleShare = 0.90;

    /// <summary>
    /// By this much the client must be busier than the server before a closed loop's figure is called the client's. Between that and a
    /// server at its limit the figure is ranked, and marked as the loop's: a repeat that lands on the other side of a threshold by
    /// chance stays in the median.
    /// </summary>
    public const double ClearlyBusier = 0.10;

    public const double LateShareLimit = 0.01;

    /// <summary>From this part of a percentile on, the swarm's generator lag is said beside it.</summary>
    public const double GeneratorLagMarkedShare = 0.10;

    /// <summary>From this part on the percentile is more the swarm's than the server's.</summary>
    public const double GeneratorLagInvalidShare = 0.50;

    public const double RateReachedShare = 0.99;

    /// <summary>Requests. By so few the number under way may differ between the two ends of a window that carried all: in a short one that is more than 1 %.</summary>
    public const long BacklogByChance = 10;

    public const double StealShareLimit = 0.02;
    public const double BackgroundShareLimit = 0.05;
    public const double ErrorShareLimit = 0.001;

    /// <summary>A gap that is known to within so many probe intervals, or to within this share of itself, is known well enough.</summary>
    public const double GapIntervalsLimit = 10;
    public const double GapShareLimit = 0.1;

    public static Verdict Judge(Evidence evidence) => new([.. Reasons(evidence)]);

    /// <summary>
    /// What the repeats of an experiment are about: the grade of a repeat is its grade for these. A restart has no latency to be spoiled;
    /// that the swarm was late is in the uncertainty of its gap.
    /// </summary>
    public static Figures FiguresOf(Experiment experiment) => experiment == Experiment.Restart ? Figures.Gap : Figures.All;

    /// <summary>
    /// Held against what the schedule had in this window: a Poisson schedule has more or less than the nominal rate by chance. What the drain
    /// works off after the window was not carried by it.
    /// </summary>
    private static bool BacklogGrew(Evidence e)
    {
        double? grown = e.Scheduled - (e.RateAchieved * e.WindowS);
        return grown > e.Scheduled * (1 - RateReachedShare) && grown > BacklogByChance;
    }

    private static IEnumerable<VerdictReason> Reasons(Evidence e)
    {
        if (e.Requests == 0)
        {
            yield return VerdictReason.NothingMeasured;
        }

        if (Bottleneck(e) is { } bottleneck)
        {
            yield return bottleneck;
        }

        if (e.Load == LoadShape.Open && (e.LateShare > LateShareLimit || e.GeneratorLagShare > GeneratorLagInvalidShare))
        {
            yield return VerdictReason.GeneratorBehind;
        }
        else if (e.Load == LoadShape.Open && e.GeneratorLagTailShare > GeneratorLagMarkedShare)
        {
            yield return VerdictReason.GeneratorLag;
        }

        if (e.Load == LoadShape.Open && e.NanosecondPacing == false)
        {
            yield return VerdictReason.CoarsePacing;
        }

        if (e.Load == LoadShape.Open && BacklogGrew(e))
        {
            yield return VerdictReason.RateNotReached;
        }

        if (e.ErrorsAddress > 0)
        {
            yield return VerdictReason.AddressesExhausted;
        }

        if (e.ListenOverflows > 0 || e.ListenDrops > 0)
        {
            yield return VerdictReason.ListenQueueOverflow;
        }

        if (e.HostListenOverflows > 0)
        {
            yield return VerdictReason.HostQueueOverflow;
        }

        if (e.StealShare > StealShareLimit)
        {
            yield return VerdictReason.CpuSteal;
        }

        if (e.ThrottledPeriods > 0)
        {
            yield return VerdictReason.Throttled;
        }

        if (e.BackgroundShare > BackgroundShareLimit)
        {
            yield return VerdictReason.BackgroundLoad;
        }

        if (e.Workers > e.ServerCpus || e.Workers > e.ServerCores || !e.DisjointCpus || e.CpuQuota < e.OccupiedCpus)
        {
            yield return VerdictReason.TooFewCpus;
        }

        if (e.CountsAgree == false)
        {
            yield return VerdictReason.CountsDisagree;
        }

        if (e.GapUncertaintyMs > Math.Max(e.ProbeIntervalMs * GapIntervalsLimit ?? 0, e.GapMs * GapShareLimit ?? 0))
        {
            yield return VerdictReason.ProbeLag;
        }

        // Refused and reset connections are what a restart cell is there to count.
        if (e.Experiment != Experiment.Restart && e.Errors > (e.Requests + e.Errors) * ErrorShareLimit)
        {
            yield return VerdictReason.Errors;
        }

        if (e.Driver == Driver.Nbomber && e.Load == LoadShape.Open)
        {
            yield return VerdictReason.DriverLimits;
        }
    }

    /// <summary>Whose limit a figure shows, where it is not the server's. In an open loop the rate is given, so only a client at its own limit counts.</summary>
    private static VerdictReason? Bottleneck(Evidence e)
    {
        double? client = e.ClientNeverIdleShare ?? e.ClientBusyShare;
        if (e.Load == LoadShape.Open || e.ServerBusyShare is not double server)
        {
            return client >= SaturatedNeverIdleShare && !(e.ServerBusyShare >= ServerAtLimitShare) ? VerdictReason.ClientSaturated : null;
        }

        if (client >= ComparedNeverIdleShare && client - server > ClearlyBusier)
        {
            return VerdictReason.ClientSaturated;
        }

        // A CPU that others filled says nothing of the server. One that is stopped again and again has no limit to be at.
        bool usedUpCpu = e.BusiestServerCpuShare >= ServerAtLimitShare && !(e.BackgroundShare > BackgroundShareLimit);
        bool atLimit = server >= ServerAtLimitShare || usedUpCpu || e.Experiment == Experiment.Restart;
        return atLimit ? null : VerdictReason.ServerNotAtLimit;
    }
}
