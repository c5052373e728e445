namespace ReuseBench.Core.Statistics;

/// <summary>
/// A 64-bit generator whose streams depend on seed and stream number alone, on every machine and runtime.
/// <see href="https://doi.org/10.1145/2714064.2660195">Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014)</see>.
/// </summary>
public struct SplitMix64
{
    private const ulong GoldenGamma = 0x9E37_79B9_7F4A_7C15;

    private ulong _state;

    public SplitMix64(ulong seed, ulong stream) => _state = Mix(seed + GoldenGamma) ^ Mix((stream + 1) * GoldenGamma);

    public ulong Next() => Mix(_state += GoldenGamma);

    /// <summary>Uniform over (0, 1], in steps of 2⁻⁵³: fit for a logarithm.</summary>
    public double NextOpenUnit() => ((Next() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>The finalizer: a bijection in which every input bit reaches every output bit.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
