using System.CommandLine;
using ReuseBench.Bench.Cli;
using ReuseBench.Bench.Matrices;
using ReuseBench.Bench.Runs;
using ReuseBench.Core;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests;

/// <summary>What is understood, what is completed, and what is said of the rest.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("unknown option '--dryrun'; did you mean '--dry-run'? See reusebench run --help", "run", "smoke", "--dryrun")]
    [InlineData("unknown option '--client_cpus'; did you mean '--client-cpus'? See", "run", "--client_cpus", "0")]
    [InlineData("unknown option '--matrx'; did you mean '--matrix'? See", "run", "--matrx", "smoke")]
    [InlineData("unknown option '-x'; see reusebench run --help", "run", "-x")]
    [InlineData("unknown option '-dir'; see reusebench report --help", "report", "-dir")]
    [InlineData("'-b' is one word too many; see reusebench report --help", "report", "--", "-a", "-b")]
    [InlineData("unknown option '--opn'; see reusebench report --help", "report", "run1", "--opn")]
    [InlineData("unknown option '--opn'; see reusebench compare --help", "compare", "--opn", "a")]
    [InlineData("'quick' is one word too many; see reusebench run --help", "run", "smoke", "quick")]
    [InlineData("matrix: needs a value (NAME|FILE|-); see", "run", "--matrix")]
    [InlineData("seed: is given 2 times; give it once; see", "run", "--seed", "1", "--seed", "2")]
    [InlineData("matrix: name one of list, show, schema; see reusebench matrix --help", "matrix")]
    [InlineData("matrix: 'shwo' is unknown; did you mean 'show'? Use one of list, show, schema; see", "matrix", "shwo")]
    [InlineData(
        "margin: '5' is not a share above 0 and below 50 %; did you mean '5%'? Write a percentage or a share, such as 5% or 0.05; see",
        "report", "--margin", "5", "a")]
    public void What_is_wrong_is_said_with_what_was_meant(string says, params string[] arguments)
    {
        UsageException e = Assert.Throws<UsageException>(() => CommandErrors.Require(CommandTree.BuildFor(arguments).Parse(arguments)));
        Assert.StartsWith(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Behind_two_dashes_a_word_is_no_option()
    {
        string[] arguments = ["report", "--", "-dir"];
        ParseResult parsed = CommandTree.BuildFor(arguments).Parse(arguments);
        Assert.Null(Record.Exception(() => CommandErrors.Require(parsed)));
        Assert.Equal("-dir", parsed.GetValue<string>("DIR"));
    }

    [Theory]
    [InlineData("run", "smoke", "-o", "x", "-f", "workers=2", "-f", "variant!=single", "-r", "3", "-d", "2s", "-n", "-q", "-v")]
    [InlineData("fairness", "-m", "fairness", "--server-cpus", "0", "--client-cpus", "1", "--isolate", "none", "--budget", "5m", "--numa", "same", "--json")]
    [InlineData("restart", "--server-cpus", "0", "--client-cpus", "1", "--filter", "restart_method=handoff", "--budget", "none", "-r", "2", "-w", "1", "-q")]
    [InlineData("load", "-c", "64", "-d", "10s", "-t", "2", "-r", "5000", "-q", "http://127.0.0.1:1/")]
    [InlineData("load", "-c64", "-t2", "-d30s", "127.0.0.1:1")]
    [InlineData("serve", "-w", "2", "-p", "8080", "--variant", "reuseport")]
    [InlineData("tune", "-w", "1,2", "-d", "1s", "-o", "x", "-n", "-q", "--json")]
    [InlineData("report", "x", "--json")]
    [InlineData("compare", "a", "b", "--json")]
    [InlineData("doctor", "--json")]
    public void The_usual_options_are_there(params string[] arguments) => Assert.Empty(CommandTree.BuildFor(arguments).Parse(arguments).Errors);

    [Theory]
    [InlineData("reusebench ru", "run")]
    [InlineData("reusebench run --matrix ", "accepting", "fairness", "full", "published", "quick", "restart-loss", "servers", "smoke")]
    [InlineData("reusebench run sm", "smoke")]
    [InlineData("reusebench matrix show q", "quick")]
    [InlineData("reusebench serve --variant re", "restart", "reuseport")]
    [InlineData("reusebench serve --variant=re", "--variant=restart", "--variant=reuseport")]
    [InlineData("reusebench run --is", "--isolate")]
    [InlineData("reusebench run --budget ", "none")]
    [InlineData("reusebench run --filter varian", "variant=")]
    [InlineData("reusebench run --filter workers=2,variant=sin", "workers=2,variant=single")]
    [InlineData("reusebench restart --method reuseaddr,hand", "reuseaddr,handoff")]
    [InlineData("reusebench tune --variant al", "all")]
    [InlineData("/opt/x/reusebench completion ", "bash", "fish", "zsh")]
    [InlineData("reusebench")]
    [InlineData("reusebench run --out ")]
    public void A_word_is_completed_where_it_is_known(string line, params string[] words) => Assert.Equal(words, Completions.Of(line, line.Length));

    [Fact]
    public void Hidden_commands_are_not_offered() =>
        Assert.Equal(CommandTree.ShownNames().Order(StringComparer.Ordinal), Completions.Of("reusebench ", 11));

    [Theory]
    [InlineData("5%", 0.05)]
    [InlineData("0.05", 0.05)]
    [InlineData("0.5", 0.5)]
    [InlineData("1", 1.0)]
    [InlineData("150%", 1.5)]
    [InlineData("5", null)]
    [InlineData("1.5", null)]
    [InlineData("-1%", null)]
    [InlineData("x", null)]
    public void A_share_is_read_in_one_way(string text, double? share) => Assert.Equal(share, ShareText.Parse(text));

    [Fact]
    public void A_tune_asks_about_as_many_workers_as_the_named_CPUs_can_tell_of()
    {
        HostSize host = new(Cpus: 16, ClientCpus: 8) { ServerCpus = 2, ServerCores = 2 };
        Assert.Equal([1, 2, 4, 8, 16, 32], host.WorkerCounts());
        Assert.Equal([1, 2, 4], host.OnServerCpus().WorkerCounts());
        // A quota of two CPUs is less than four that are named.
        Assert.Equal([1, 2, 4], (host with { Cpus = 2, ServerCpus = 4 }).OnServerCpus().WorkerCounts());
    }

    [Fact]
    public void What_cannot_be_written_is_lost_and_ends_nothing()
    {
        using StreamWriter full = new(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0)) { AutoFlush = true };
        using ForgivingWriter errors = new(full);
        errors.WriteLine("nobody can read this");
        errors.Write("nor this");
        errors.Flush();
        Assert.Throws<IOException>(() => full.Write("but this"));
    }
}
