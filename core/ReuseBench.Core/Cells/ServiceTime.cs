using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>CPU time that a worker burns for each request, written <c>50us</c> (constant) or <c>50us:exp</c> (exponential).</summary>
/// <param name="Mean">Mean, 0 to 10 s.</param>
/// <param name="Exponential">Exponentially distributed around the mean instead of constant.</param>
public readonly record struct ServiceTime(Duration Mean, bool Exponential)
{
    private const string ExponentialSuffix = ":exp";

    public static ServiceTime None => default;

    /// <exception cref="UsageException">Not a service time.</exception>
    public static ServiceTime Parse(string text, string what)
    {
        bool exponential = text.EndsWith(ExponentialSuffix, StringComparison.Ordinal);
        string mean = exponential ? text[..^ExponentialSuffix.Length] : text;
        if (!Duration.TryParse(mean, out Duration duration) || duration > Duration.FromSeconds(10))
        {
            throw new UsageException($"{what}: '{text}' is not a service time; write 0s to 10s, such as 50us, or 50us:exp for an exponential one");
        }

        return new ServiceTime(duration, exponential);
    }

    public override string ToString() => Exponential ? Mean + ExponentialSuffix : Mean.ToString();
}
