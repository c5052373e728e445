namespace ReuseBench.Scripts.Tests;

public sealed class PublishRunStandInTests() : PublishRunTests(Engine.StandIn);

public sealed class PublishRunPwshTests() : PublishRunTests(Engine.Pwsh);

/// <summary>What is copied and what the index says is tested where it is done, in the reports (RunIndexTests).</summary>
public abstract class PublishRunTests(Engine engine)
{
    private const string Script = "scripts/publish-run.ps1";

    [Fact]
    public async Task It_builds_the_program_in_its_own_tree_and_hands_it_the_folders()
    {
        using var dotnet = new FakeDotnet();
        Finished run = await dotnet.Run(engine.File(Script, "-Run", "/tmp/it's a run", "-Index", "pages/x"));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("data of the command\n", run.Output);
        Assert.Equal(["build", SourceTree.PathOf("bench/ReuseBench"), "--configuration", "Release"], dotnet.Words("build")[..4]);
        Assert.Equal(
            [
                SourceTree.PathOf("artifacts/bin/ReuseBench/release/reusebench.dll"), "report", "--index", Path.Combine(dotnet.Caller, "pages/x"), "--publish",
                "/tmp/it's a run",
            ],
            dotnet.Words("report"));
    }

    [Fact]
    public async Task A_brief_publication_is_asked_for()
    {
        using var dotnet = new FakeDotnet();
        (await dotnet.Run(engine.File(Script, "-Run", "/tmp/a", "-Index", "/tmp/b", "-Brief"))).IsSuccess();
        Assert.Equal("--brief", dotnet.Words("report")[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Its_exit_code_is_the_commands(int code)
    {
        using var dotnet = new FakeDotnet { ProgramExit = code };
        Assert.Equal(code, (await dotnet.Run(engine.File(Script, "-Run", "/tmp/a", "-Index", "/tmp/b"))).ExitCode);
    }

    [Fact]
    public async Task A_build_that_fails_ends_the_script_with_its_exit_code()
    {
        using var dotnet = new FakeDotnet { BuildExit = 7 };
        Finished run = await dotnet.Run(engine.File(Script, "-Run", "/tmp/a", "-Index", "/tmp/b"));
        Assert.Equal(7, run.ExitCode);
        Assert.StartsWith("error from the build\npublish-run.ps1: the build failed (exit code 7), nothing was published", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(dotnet.Calls(), call => call.Contains("report"));
    }

    [Fact]
    public async Task A_dotnet_without_an_SDK_that_will_do_is_one_line()
    {
        using var dotnet = new FakeDotnet { VersionExit = 145 };
        (await dotnet.Run(engine.File(Script, "-Run", "/tmp/a", "-Index", "/tmp/b"))).IsRefusal("no .NET 10 SDK found; install it");
    }

    [Fact]
    public async Task WhatIf_says_what_it_would_do_and_does_nothing()
    {
        using var dotnet = new FakeDotnet();
        Finished run = await dotnet.Run(engine.File(Script, "-Run", "/tmp/a", "-Index", "/tmp/b", "-WhatIf"));
        run.IsSuccess();
        Assert.Equal(["What if: copy /tmp/a into /tmp/b and write /tmp/b/index.html"], run.OutputLines);
        Assert.False(dotnet.WasCalled);
    }

    [Theory]
    [InlineData("'--help' is not an argument", "--help")]
    [InlineData("needs both -Run FOLDER", "-Run", "/tmp")]
    public async Task What_cannot_be_done_is_one_line(string sentence, params string[] arguments)
    {
        using var dotnet = new FakeDotnet();
        (await dotnet.Run(engine.File(Script, arguments))).IsRefusal(sentence);
        Assert.False(dotnet.WasCalled);
    }
}
