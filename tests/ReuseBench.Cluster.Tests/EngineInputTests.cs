using ReuseBench.SystemTests;

namespace ReuseBench.ClusterTests;

/// <summary>An engine that a run cannot have: said in one line before anything is measured.</summary>
public sealed class EngineInputTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_engine_that_nobody_listens_as_is_said_in_one_line()
    {
        string hosts = _folder.At("lab.yaml");
        File.WriteAllText(hosts, """
            engine: nats://127.0.0.1:1
            launch: agents
            server: {name: a, address: 127.0.0.1}
            clients:
              - {name: b, address: 127.0.0.2}
            """);
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", "smoke", "--hosts", hosts, "--out", _folder.At("never"));
        Assert.Equal(2, outcome.ExitCode);
        string line = Assert.Single(outcome.Errors.Trim().Split('\n'));
        Assert.Contains("engine: nats://127.0.0.1:1: ", line, StringComparison.Ordinal);
        Assert.Contains("is nats-server running there, and are these its keys?", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("never")));
    }
}
