using System.Globalization;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>What the time of a request is spent with.</summary>
public enum ServiceKind
{
    /// <summary>
    /// As many rounds of a loop as an idle core does in that time: a request takes longer where the core is shared or slower, as real work does.
    /// </summary>
    Work,

    /// <summary>CPU time of the worker, whatever is done in it: it hides that two workers share a core.</summary>
    Cpu,

    /// <summary>
    /// The worker sleeps, as one that waits for a database or a disk: it takes no CPU time and serves nobody else meanwhile. So more workers than CPUs help.
    /// </summary>
    Wait,
}

/// <summary>How the service times of requests are distributed around their mean. See <see cref="ServiceSpreads"/>.</summary>
public enum ServiceSpread
{
    Constant,
    Exponential,
    Bimodal,
    Pareto,
}

/// <summary>
/// What a worker does for each request. <c>50us</c> is work, <c>50us:cpu</c> is CPU time, <c>50us:wait</c> is waiting. <c>:exp</c>, <c>:bimodal</c> or
/// <c>:pareto</c> behind it draws each request's from a distribution with that mean.
/// </summary>
/// <param name="Mean">Mean, 0 to 10 s. No request of a bounded distribution takes longer than that either.</param>
/// <param name="Spread">The distribution around the mean.</param>
/// <param name="Kind">What the time is spent with.</param>
public readonly record struct ServiceTime(Duration Mean, ServiceSpread Spread = ServiceSpread.Constant, ServiceKind Kind = ServiceKind.Work)
{
    private const double LongestMs = 10_000;

    private static readonly (string Suffix, ServiceKind Kind)[] Kinds = [(":cpu", ServiceKind.Cpu), (":wait", ServiceKind.Wait)];

    private static readonly (string Suffix, ServiceSpread Spread)[] Spreads =
    [
        (":exp", ServiceSpread.Exponential), (":bimodal", ServiceSpread.Bimodal), (":pareto", ServiceSpread.Pareto),
    ];

    public static ServiceTime None => default;

    /// <summary>Whether there is any, and it is work.</summary>
    public bool IsWork => Mean > Duration.Zero && Kind == ServiceKind.Work;

    /// <exception cref="UsageException">Not a service time.</exception>
    public static ServiceTime Parse(string text, string what)
    {
        string mean = text;
        (ServiceKind? kind, ServiceSpread? spread) = (null, null);
        while (TryStrip(ref mean, ref kind, ref spread))
        {
            // In either order; a suffix of its kind once.
        }

        if (!Duration.TryParse(mean, out Duration duration) || duration.Milliseconds > LongestMs)
        {
            throw new UsageException(
                $"{what}: '{text}' is not a service time; write 0s to 10s of work, such as 50us, with :cpu for CPU time or :wait for waiting, and with "
                + ":exp, :bimodal or :pareto for one that is drawn");
        }

        ServiceTime time = new(duration, spread ?? ServiceSpread.Constant, kind ?? ServiceKind.Work);
        double most = ServiceSpreads.LongestOverMean(time.Spread);
        return double.IsFinite(most) && most * duration.Milliseconds > LongestMs
            ? throw new UsageException(
                $"{what}: some requests of '{text}' take {most:0.#} times the mean, and none may take longer than 10s; use a mean of at most "
                + $"{Math.Floor(LongestMs / most):0}ms")
            : time;
    }

    public override string ToString()
    {
        (ServiceKind kind, ServiceSpread spread) = (Kind, Spread);
        return $"{Mean}{Kinds.FirstOrDefault(k => k.Kind == kind).Suffix}{Spreads.FirstOrDefault(s => s.Spread == spread).Suffix}";
    }

    private static bool TryStrip(ref string text, ref ServiceKind? kind, ref ServiceSpread? spread)
    {
        string given = text;
        if (kind is null && Kinds.FirstOrDefault(k => given.EndsWith(k.Suffix, StringComparison.Ordinal)) is { Suffix: { } ofKind } found)
        {
            (text, kind) = (given[..^ofKind.Length], found.Kind);
            return true;
        }

        if (spread is null && Spreads.FirstOrDefault(s => given.EndsWith(s.Suffix, StringComparison.Ordinal)) is { Suffix: { } ofSpread } drawn)
        {
            (text, spread) = (given[..^ofSpread.Length], drawn.Spread);
            return true;
        }

        return false;
    }
}

/// <summary>
/// The distributions of a service time, each as what a request takes over the mean of all: their mean is 1.
/// <list type="bullet">
/// <item><see cref="ServiceSpread.Exponential"/>: standard deviation 1, no longest.</item>
/// <item>
/// <see cref="ServiceSpread.Bimodal"/>: 9 of 10 requests take 0.5, one takes 5.5 (Bimodal-1 of ZygOS, SOSP 2017): slow requests among fast ones.
/// Standard deviation 1.5.
/// </item>
/// <item>
/// <see cref="ServiceSpread.Pareto"/>: bounded Pareto with shape 1.5, the longest 1000 times the shortest: 0.344 to 344. Standard deviation 3.14.
/// Unbounded it would have no variance, and a mean that no run comes near to.
/// </item>
/// </list>
/// </summary>
public static class ServiceSpreads
{
    private const double FastShare = 0.9;
    private const double Fast = 0.5;
    private const double Slow = (1 - (FastShare * Fast)) / (1 - FastShare);

    private const double Shape = 1.5;
    private const double LongestOverShortest = 1000;

    /// <summary>What the bound cuts off the tail of an unbounded one.</summary>
    private static readonly double Cut = Math.Pow(LongestOverShortest, -Shape);

    /// <summary>So that the mean is 1: that of a bounded Pareto with a shortest of 1 is (a / (a − 1)) (1 − r^(1 − a)) / (1 − r^(−a)).</summary>
    private static readonly double Shortest = (Shape - 1) / Shape * (1 - Cut) / (1 - Math.Pow(LongestOverShortest, 1 - Shape));

    /// <summary>What a request takes that <paramref name="share"/> of all are not longer than: the inverse of the distribution function.</summary>
    /// <param name="spread">The distribution.</param>
    /// <param name="share">0 to below 1; uniform over these, what comes out has the distribution.</param>
    /// <returns>As a multiple of the mean.</returns>
    public static double Quantile(ServiceSpread spread, double share) => spread switch
    {
        ServiceSpread.Exponential => -Math.Log(1 - share),
        ServiceSpread.Bimodal => share < FastShare ? Fast : Slow,
        ServiceSpread.Pareto => Shortest * Math.Pow(1 - (share * (1 - Cut)), -1 / Shape),
        _ => 1,
    };

    /// <summary>
    /// <see cref="Quantile"/> as JavaScript and Python compute it alike, for programs of ours that are no .NET: over <c>u</c>, the share, with <c>log</c> for
    /// the natural logarithm.
    /// </summary>
    public static string Formula(ServiceSpread spread) => spread switch
    {
        ServiceSpread.Exponential => "-log(1 - u)",
        ServiceSpread.Bimodal => Text($"{Fast} + {Slow - Fast} * (u >= {FastShare})"),
        ServiceSpread.Pareto => Text($"{Shortest} * (1 - u * {1 - Cut}) ** {-1 / Shape}"),
        _ => "1",
    };

    private static string Text(FormattableString formula) => formula.ToString(CultureInfo.InvariantCulture);

    /// <summary>The longest that a request can take, as a multiple of the mean; infinite for <see cref="ServiceSpread.Exponential"/>.</summary>
    public static double LongestOverMean(ServiceSpread spread) => Quantile(spread, 1);
}
