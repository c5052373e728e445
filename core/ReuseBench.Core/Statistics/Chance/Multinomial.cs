using System.Numerics;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.IntegralTransforms;

namespace ReuseBench.Core.Statistics.Chance;

/// <summary>
/// How likely an ideal uniform hash, which deals <c>total</c> items to <c>parts</c> parts independently of each other, keeps every part
/// within bounds. Computed, not approximated by a normal law: the parts are independent Poisson counts given their sum
/// (Levin, Annals of Statistics 9, 1981), and the sum of truncated Poisson counts is read off one coefficient of a product of
/// polynomials, by a Fourier transform. The absolute error is below 1e-9.
/// </summary>
internal sealed class Multinomial
{
    // Beyond this many standard deviations the mass is below 1e-20: it may be cut off, or wrap around the transform.
    private const double Reach = 10;
    private const int SmallCountSlack = 40;

    private readonly long _total;
    private readonly int _parts;
    private readonly double _mean;
    private readonly long _lowest;
    private readonly long _highest;
    private readonly int _length;

    public Multinomial(long total, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        _total = total;
        _parts = parts;
        _mean = (double)total / parts;
        double reach = (Reach * Math.Sqrt(_mean)) + SmallCountSlack;
        _lowest = Math.Max(0, (long)(_mean - reach));
        _highest = Math.Min(total, (long)(_mean + reach));
        _length = (int)BitOperations.RoundUpToPowerOf2((uint)((2 * Reach * Math.Sqrt(total)) + (2 * SmallCountSlack)));
    }

    /// <summary>Counts outside these are never met in practice: their probability is below 1e-20.</summary>
    public (long Lowest, long Highest) Support => (_lowest, _highest);

    /// <summary>P(every part ≤ <paramref name="most"/>).</summary>
    public double AllAtMost(long most) => AllWithin(0, most);

    /// <summary>P(every part ≥ <paramref name="least"/>).</summary>
    public double AllAtLeast(long least) => AllWithin(least, _total);

    /// <summary>P(<paramref name="least"/> ≤ every part ≤ <paramref name="most"/>).</summary>
    public double AllWithin(long least, long most)
    {
        long low = Math.Max(least, _lowest);
        long high = Math.Min(most, _highest);
        if (low > high || high * (double)_parts < _total || low * (double)_parts > _total)
        {
            return 0;
        }

        Complex[] spectrum = new Complex[_length];
        for (long count = low; count <= high; count++)
        {
            spectrum[(int)((count - low) % _length)] += Poisson.PMF(_mean, (int)count);
        }

        Fourier.Forward(spectrum, FourierOptions.NoScaling);
        long wanted = (_total - (low * _parts)) % _length;
        double sum = 0;
        for (int frequency = 0; frequency < _length; frequency++)
        {
            double angle = Math.Tau * (frequency * wanted % _length) / _length;
            sum += (Complex.Pow(spectrum[frequency], _parts) * Complex.FromPolarCoordinates(1, angle)).Real;
        }

        double ofTotal = Poisson.PMF(_total, (int)_total);
        return Math.Clamp(sum / _length / ofTotal, 0, 1);
    }
}
