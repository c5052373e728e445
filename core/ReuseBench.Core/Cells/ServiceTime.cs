using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>
/// What a worker does for each request. <c>50us</c> is work: as many rounds of a loop as an idle core does in 50 µs, so that a request takes longer
/// where the core is shared or slower, as real work does. <c>50us:cpu</c> is 50 µs of the worker's CPU time, whatever is done in it: it hides that
/// two workers share a core. <c>:exp</c> draws either from an exponential distribution.
/// </summary>
/// <param name="Mean">Mean, 0 to 10 s.</param>
/// <param name="Exponential">Exponentially distributed around the mean instead of constant.</param>
/// <param name="AsCpuTime">CPU time instead of work.</param>
public readonly record struct ServiceTime(Duration Mean, bool Exponential, bool AsCpuTime = false)
{
    private const string ExponentialSuffix = ":exp";
    private const string CpuSuffix = ":cpu";

    public static ServiceTime None => default;

    /// <summary>Whether there is any, and it is work.</summary>
    public bool IsWork => Mean > Duration.Zero && !AsCpuTime;

    /// <exception cref="UsageException">Not a service time.</exception>
    public static ServiceTime Parse(string text, string what)
    {
        string mean = text;
        bool exponential = TryStrip(ref mean, ExponentialSuffix);
        bool cpu = TryStrip(ref mean, CpuSuffix);
        exponential = exponential || TryStrip(ref mean, ExponentialSuffix);
        if (!Duration.TryParse(mean, out Duration duration) || duration > Duration.FromSeconds(10))
        {
            throw new UsageException(
                $"{what}: '{text}' is not a service time; write 0s to 10s of work, such as 50us, 50us:exp for an exponential one, or 50us:cpu for CPU time");
        }

        return new ServiceTime(duration, exponential, cpu);
    }

    public override string ToString() => $"{Mean}{(AsCpuTime ? CpuSuffix : "")}{(Exponential ? ExponentialSuffix : "")}";

    private static bool TryStrip(ref string text, string suffix)
    {
        bool has = text.EndsWith(suffix, StringComparison.Ordinal);
        text = has ? text[..^suffix.Length] : text;
        return has;
    }
}
