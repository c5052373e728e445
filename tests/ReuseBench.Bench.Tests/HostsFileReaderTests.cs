using ReuseBench.Bench.Yaml;
using ReuseBench.Core;
using ReuseBench.Core.Hosts;

namespace ReuseBench.Bench.Tests;

public sealed class HostsFileReaderTests
{
    private const string Whole = """
        engine: tls://10.0.0.9
        credentials: keys/coordinator
        launch: agents
        clock: engine
        server: {name: a, ssh: lab-a, address: 10.0.0.1, cpus: 0-31}
        clients:
          - {name: b, ssh: lab-b, address: 10.0.0.2, sources: 10.0.0.2-10.0.0.33}
          - {name: c, address: 10.0.0.3}
        on_host_loss: continue
        """;

    private const string Short = """
        engine: start
        server: {name: a, ssh: lab-a, address: 10.0.0.1}
        clients:
          - {name: b, ssh: lab-b, address: 10.0.0.2}
        """;

    [Fact]
    public void Everything_that_a_hosts_file_may_say_is_read()
    {
        HostsFile file = Read(Whole);
        Assert.Equal(("tls://10.0.0.9:4222", 4222, false), (file.Engine, file.EnginePort, file.IsEngineStarted));
        Assert.Equal((HostLaunch.Agents, HostClock.Engine, HostLoss.Continue), (file.Launch, file.Clock, file.OnHostLoss));
        Assert.Equal("/lab/keys/coordinator", file.Credentials);
        Assert.Equal(["a", "b", "c"], file.All.Select(h => h.Name));
        Assert.Equal(("lab-a", "10.0.0.1", "0-31"), (file.Server.Ssh, $"{file.Server.Address}", $"{file.Server.Cpus}"));
        Assert.Equal(32, file.Clients[0].Sources!.Count);
        Assert.Null(file.Clients[1].Sources);
    }

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        HostsFile file = Read(Short);
        Assert.Equal((null, HostsFile.DefaultEnginePort, true), (file.Engine, file.EnginePort, file.IsEngineStarted));
        Assert.Equal((HostLaunch.Ssh, HostClock.Auto, HostLoss.Retry), (file.Launch, file.Clock, file.OnHostLoss));
        Assert.Null(file.Credentials);
        Assert.Equal(5222, Read(Short.Replace("start", "start:5222", StringComparison.Ordinal)).EnginePort);
        Assert.Equal("nats://127.0.0.1:4333", Read(Short.Replace("start", "nats://127.0.0.1:4333\nlaunch: agents", StringComparison.Ordinal)).Engine);
        Assert.Equal("tls://[fd00::9]:4222", HostsFile.ParseEngine("tls://[fd00::9]", "engine").Url);
    }

    [Theory]
    [InlineData("engine: start", "engin: start", "line 1: key 'engin' is unknown; did you mean 'engine'?")]
    [InlineData("engine: start", "clock: auto", "line 1: engine: is missing; write engine: start")]
    [InlineData("engine: start", "engine: http://x:1", "line 1: engine: 'http://x:1' is no engine; write tls://HOST:PORT")]
    [InlineData("engine: start", "engine: start:99999", "line 1: engine: 'start:99999' is no engine")]
    [InlineData("engine: start", "engine: nats://10.0.0.9:4222", "line 1: engine: 'nats://10.0.0.9:4222': without TLS an engine may be on a loopback")]
    [InlineData("engine: start", "engine: nats://127.0.0.1:4333", "line 1: engine: nats://127.0.0.1:4333 has no keys, and what ssh forwards is open")]
    [InlineData("engine: start", "engine: tls://10.0.0.9", "line 1: credentials: is missing; with a tls:// engine")]
    [InlineData("engine: start", "engine: start\ncredentials: x", "line 1: credentials: has no effect")]
    [InlineData("engine: start", "engine: start\nlaunch: kubernetes", "line 2: launch: 'kubernetes' is unknown; use one of ssh, agents")]
    [InlineData("engine: start", "engine: start\non_host_loss: weep", "line 2: on_host_loss: 'weep' is unknown")]
    [InlineData("name: b", "name: a", "line 1: name: two hosts are called 'a'")]
    [InlineData("name: b", "name: B_1", "line 4: name: 'B_1' is no name of a host; use up to 32")]
    [InlineData("name: b", "name: coordinator", "line 4: name: 'coordinator' is taken")]
    [InlineData("name: b", "nam: b", "line 4: key 'nam' is unknown; did you mean 'name'?")]
    [InlineData("name: b", "name: b, weight: 2", "line 4: key 'weight' is unknown; use one of name, ssh, address, sources, cpus")]
    [InlineData("10.0.0.2", "lab-b.example", "line 4: address: 'lab-b.example' is no address of a host")]
    [InlineData("10.0.0.2", "0.0.0.0", "line 4: address: '0.0.0.0' is no address of a host")]
    [InlineData("10.0.0.2", "12", "line 4: address: '12' is no address of a host")]
    [InlineData("10.0.0.2", "fd00::2", "line 1: address: host 'b' and the server's host have addresses of different families")]
    [InlineData("10.0.0.2", "10.0.0.2, sources: 10.0.0.9-10.0.0.3", "line 4: sources: the range '10.0.0.9-10.0.0.3' ends before it begins")]
    [InlineData("10.0.0.2", "10.0.0.2, sources: ''", "line 4: sources: names no address")]
    [InlineData("10.0.0.2", "10.0.0.2, cpus: many", "line 4: cpus: 'many' is not a CPU list")]
    [InlineData("ssh: lab-b, ", "", "line 1: ssh: is missing at host 'b'")]
    [InlineData("ssh: lab-b", "ssh: -oProxyCommand=x", "line 4: ssh: '-oProxyCommand=x' is no destination")]
    [InlineData("ssh: lab-b", "ssh: [lab-b]", "line 4: ssh: expected a single value")]
    [InlineData("  - {name: b, ssh: lab-b, address: 10.0.0.2}", "  {}", "line 4: clients: expected a list of one host or more")]
    [InlineData("server: {name: a, ssh: lab-a, address: 10.0.0.1}", "", "line 1: server: is missing; write server: {name: a")]
    public void What_cannot_be_is_said_in_one_line_with_its_place(string find, string instead, string problem)
    {
        Assert.Contains(find, Short, StringComparison.Ordinal);
        string message = Assert.Throws<UsageException>(() => Read(Short.Replace(find, instead, StringComparison.Ordinal))).Message;
        Assert.StartsWith("/lab/hosts.yaml, " + problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Equal("/nowhere/lab.yaml: no such file", Assert.Throws<UsageException>(() => HostsFileReader.Read("/nowhere/lab.yaml")).Message);

    private static HostsFile Read(string text) => HostsFileReader.Read("/lab/hosts.yaml", new StringReader(text));
}
