namespace ReuseBench.Scripts.Tests;

/// <summary>That the stand-in for PowerShell does what that does, also where PowerShell runs the other tests: words, exit codes, streams, a session.</summary>
public sealed class HostedEngineTests
{
    private const string Script = "run.ps1";

    [Fact]
    public async Task Words_arrive_as_typed_and_the_exit_code_and_output_are_the_commands()
    {
        string[] words = ["--matrix=full", "--filter", "variant=reuseport,workers=4", "--out", "", "--", "--no-such-option", "-Verbose", "$HOME", "'\"`"];
        using var dotnet = new FakeDotnet { ProgramExit = 130 };
        Finished run = await dotnet.Run(Engine.Hosted.File(Script, words));
        Assert.Equal((130, "data of the command\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(words, dotnet.Passed());
    }

    [Fact]
    public async Task A_session_types_numbers_and_lists()
    {
        using var dotnet = new FakeDotnet { ProgramExit = 3 };
        Finished run = await dotnet.Run(Engine.Hosted.Session($"& '{SourceTree.PathOf(Script)}' --server-cpus 0-3,8 --seed 007"));
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(["--server-cpus", "0-3,8", "--seed", "007"], dotnet.Passed());
    }

    [Fact]
    public async Task A_refusal_is_one_line_on_standard_error()
    {
        using var dotnet = new FakeDotnet();
        (await dotnet.Run(Engine.Hosted.File(Script, "smok"))).IsRefusal("matrix: 'smok' is unknown; use one: ");
        Assert.False(dotnet.WasCalled);
    }
}
