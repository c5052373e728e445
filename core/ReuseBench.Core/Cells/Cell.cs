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

    /// <exception cref="UsageException">The settings do not go together.</exception>
    public void Validate()
    {
        Server.Validate();
        Load.Validate();
        if (Restart is { } restart && RestartRules.WhyNot(restart) is { } why)
        {
            throw new UsageException($"restart: {RestartRules.Describe(restart)} cannot be had, since {why}");
        }

        if (Restart is { } waited && waited.Timeout <= Duration.Zero)
        {
            throw new UsageException("restart-timeout: every wait would be given up at once; use 100ms or more");
        }

        if (Experiment == Experiment.Latency && Load.Load != LoadShape.Open)
        {
            throw new UsageException("experiment: latency is measured in an open loop; give a rate");
        }

        if (Experiment == Experiment.Throughput && Load.Load != LoadShape.Closed)
        {
            throw new UsageException("experiment: throughput is measured in a closed loop; leave out rate, or use the experiment latency");
        }

        ValidateAcceptProbe();
    }

    private void ValidateAcceptProbe()
    {
        if (Experiment is Experiment.Affinity or Experiment.Stall && Driver != Driver.AcceptOnly)
        {
            throw new UsageException($"experiment: {Names.Of(Experiment)} counts connections and nothing else; use driver: accept-only");
        }

        if (Experiment is Experiment.Affinity or Experiment.Stall && Server.Selector != Selector.Hash)
        {
            throw new UsageException(
                $"selector: {Names.Of(Experiment)} is held against what the kernel's hash does, and {Names.Of(Server.Selector)} does otherwise; use hash");
        }

        if (Driver != Driver.AcceptOnly)
        {
            return;
        }

        if (Experiment is not (Experiment.Fairness or Experiment.Affinity or Experiment.Stall))
        {
            throw new UsageException($"driver: an accept-only probe counts who gets the connections; use it for fairness, affinity or stall, not for {Names.Of(Experiment)}");
        }

        if (Server.Variant != Variant.Reuseport && !(Experiment == Experiment.Stall && Server.Variant == Variant.Shared))
        {
            throw new UsageException($"variant: an accept-only probe counts at the listeners of a group, and {Names.Of(Server.Variant)} has one; use reuseport");
        }

        if (SelectorShares.GoesByCpu(Server.Selector))
        {
            throw new UsageException($"selector: {Names.Of(Server.Selector)} needs workers on CPUs of their own, which an accept-only probe has not; use driver: native");
        }

        if (Load.Load == LoadShape.Open)
        {
            throw new UsageException("rate: an accept-only probe opens connections as fast as they are accepted; leave the rate out");
        }
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
