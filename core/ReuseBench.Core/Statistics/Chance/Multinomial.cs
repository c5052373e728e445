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
    private readonly double[] _pmf;
    private readonly double _ofTotal;
    private readonly Dictionary<(long Low, long High), double> _known = [];

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
        _pmf = [.. Enumerable.Range(0, (int)(_highest - _lowest) + 1).Select(i => Poisson.PMF(_mean, (int)_lowest + i))];
        _ofTotal = Poisson.PMF(_total, (int)_total);
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

        // The searches for quantiles and the sums of expectations meet at the same bounds again and again.
        if (!_known.TryGetValue((low, high), out double probability))
        {
            probability = Math.Clamp(SumIsTotal(low, high) / _ofTotal, 0, 1);
            _known.Add((low, high), probability);
        }

        return probability;
    }

    /// <summary>P(every Poisson count within bounds, and their sum the total).</summary>
    private double SumIsTotal(long low, long high)
    {
        double[] spectrum = new double[_length + 2];
        for (long count = low; count <= high; count++)
        {
            spectrum[(count - low) % _length] += _pmf[count - _lowest];
        }

        Fourier.ForwardReal(spectrum, _length, FourierOptions.NoScaling);
        long wanted = (_total - (low * _parts)) % _length;
        double sum = 0;

        // Of real values: the upper half of the spectrum is the conjugate of the lower, so all between the ends count twice.
        for (int frequency = 0; frequency <= _length / 2; frequency++)
        {
            (double sine, double cosine) = Math.SinCos(Math.Tau * (frequency * wanted % _length) / _length);
            Complex power = Power(new Complex(spectrum[2 * frequency], spectrum[(2 * frequency) + 1]), _parts);
            double real = (power.Real * cosine) - (power.Imaginary * sine);
            sum += frequency == 0 || frequency == _length / 2 ? real : 2 * real;
        }

        return sum / _length;
    }

    /// <summary>By squaring: a tenth of the time of <see cref="Complex.Pow(Complex, double)"/>, which goes by logarithm and angle.</summary>
    private static Complex Power(Complex value, int exponent)
    {
        Complex power = Complex.One;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
            {
                power *= value;
            }

            value *= value;
        }

        return power;
    }
}
