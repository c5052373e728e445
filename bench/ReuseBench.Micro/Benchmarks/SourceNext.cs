using BenchmarkDotNet.Attributes;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.Micro.Benchmarks;

/// <summary>The local address of the next connection, as a source plan gives it.</summary>
public class SourceNext
{
    private const int Slots = 64;
    private const int Calls = 4096;
    private const ushort TargetPort = 8080;

    private TupleSource? _source;

    /// <summary>As <c>--source-plan</c>.</summary>
    [Params("ephemeral", "sequential", "random", "stride:64", "fixed")]
    public string SourcePlan { get; set; } = "ephemeral";

    [GlobalSetup]
    public void MakeSource()
    {
        LoadSettings settings = new()
        {
            Workload = Workload.Connect,
            Connections = Slots,
            SourcePlan = Core.Cells.SourcePlan.Parse(SourcePlan, "source-plan"),
            Sources = AddressSet.Parse("127.0.0.2-127.0.0.33", "sources"),
        };
        _source = new SourceCatalogue(settings, Tcp.Loopback.WithPort(TargetPort), HostCheck.EphemeralPorts()).ForThread(0);
    }

    [Benchmark(Description = "next", OperationsPerInvoke = Calls)]
    public int Next()
    {
        int ports = 0;
        for (int call = 0; call < Calls; call++)
        {
            SockAddr local = _source!.Next(call % Slots);
            ports += local.Port;
        }

        return ports;
    }
}
