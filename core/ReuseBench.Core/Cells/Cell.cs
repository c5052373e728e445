using System.Security.Cryptography;
using System.Text;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>One point of the matrix: what is served, how it is loaded, and what for.</summary>
public sealed record Cell
{
    /// <summary>How a load without a ramp prints it: left out of the fingerprint, so that such a cell keeps the id it had before there were ramps.</summary>
    private static readonly string NoRamp = $"{nameof(LoadSettings.Ramp)} = {Duration.Zero}, ";

    public required Experiment Experiment { get; init; }

    public required ServerSettings Server { get; init; }

    public required LoadSettings Load { get; init; }

    public Driver Driver { get; init; } = Driver.Native;

    /// <summary>Only for <see cref="Experiment.Restart"/>.</summary>
    public RestartSettings? Restart { get; init; }

    /// <summary>
    /// A name that is readable, unique for the settings, and the same in every run: the main settings, then a hash over all of
    /// them but the CPUs, which belong to the host, and the seed, which belongs to the repeat.
    /// </summary>
    public string Id => $"{Slug()}-{Fingerprint()}";

    /// <summary>Holds server and load against their own rules; those of its experiment are that module's.</summary>
    /// <exception cref="UsageException">The settings do not go together.</exception>
    public void Validate()
    {
        Server.Validate();
        Load.Validate();
    }

    private string Slug()
    {
        StringBuilder slug = new();
        slug.Append(Names.Of(Experiment)).Append('-').Append(Names.Of(Server.Variant));
        if (Server.Variant == Variant.Shared)
        {
            slug.Append('-').Append(Names.Of(Server.Accept));
        }

        if (Server.Selector != Selector.Hash)
        {
            slug.Append('-').Append(Names.Of(Server.Selector));
        }

        if (Restart is { Method: not RestartMethod.Loop } restart)
        {
            slug.Append('-').Append(Names.Of(restart.Method)).Append('-').Append(Names.Of(restart.Stop)).Append('-').Append(Names.Of(restart.Load));
        }

        slug.Append("-w").Append(Server.Workers).Append('-').Append(Load.Workload.ToString().Replace(":", "", StringComparison.Ordinal));
        return (Load.Rate is double rate ? slug.Append("-r").Append(rate) : slug.Append("-c").Append(Load.Connections)).ToString();
    }

    private string Fingerprint()
    {
        // Records print every property by name; the lists among them print their text.
        string load = $"{Load with { Cpus = CpuList.None, Seed = 0 }}".Replace(NoRamp, "", StringComparison.Ordinal);
        string all = string.Join('|', Experiment, Driver, Server with { Cpus = CpuList.None, Port = 0 }, load, Restart);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..6];
    }
}
