namespace ReuseBench.Scripts.Tests;

public sealed class RunScriptStandInTests() : RunScriptTests(Engine.StandIn);

public sealed class RunScriptPwshTests() : RunScriptTests(Engine.Pwsh);

public abstract class RunScriptTests(Engine engine)
{
    private const string Script = "run.ps1";

    [Theory]
    [InlineData("--matrix", "full", "--server-cpus", "0-3,8", "--seed", "1", "--out", "a b", "--verbose", "--dry-run", "--help")]
    [InlineData("--matrix=full", "--filter", "variant=reuseport,workers=4", "--filter=workload=churn:8", "--", "--no-such-option", "-x", "-Verbose", "-o")]
    [InlineData("--filter=variant=single", "stray", "--out", "", "--", "$HOME", "'\"`")]
    public async Task Every_word_reaches_the_command_as_typed(params string[] words)
    {
        using var dotnet = new FakeDotnet();
        Assert.Equal(0, (await dotnet.Run(engine.File(Script, words))).ExitCode);
        Assert.Equal(words, dotnet.Passed());
    }

    [Theory]
    [InlineData("-Matrix", "full")]
    [InlineData("-Matrix:full")]
    public async Task The_spelling_of_PowerShell_names_the_matrix_too(params string[] words)
    {
        using var dotnet = new FakeDotnet();
        Assert.Equal(0, (await dotnet.Run(engine.File(Script, words))).ExitCode);
        Assert.Equal(["--matrix", "full"], dotnet.Passed());
    }

    [Fact]
    public async Task What_a_session_takes_for_numbers_and_lists_arrives_as_typed()
    {
        (string Typed, string[] Expected)[] rows =
        [
            ("-Matrix full", ["--matrix", "full"]),
            ("-matrix:full", ["--matrix", "full"]),
            ("--server-cpus 0-3,8 --client-cpus 4,5", ["--server-cpus", "0-3,8", "--client-cpus", "4,5"]),
            ("--filter variant=single,workers=4", ["--filter", "variant=single,workers=4"]),
            ("-d 10s --seed 007 --budget 50us -o 1kb --margin 1.50", ["-d", "10s", "--seed", "007", "--budget", "50us", "-o", "1kb", "--margin", "1.50"]),
            ("--filter=workload=churn:8 '' 'a b'", ["--filter=workload=churn:8", "", "a b"]),
        ];
        using var dotnet = new FakeDotnet();
        string session = string.Join('\n', rows.Select(row => $"& '{SourceTree.PathOf(Script)}' {row.Typed}"));
        Assert.Equal(0, (await dotnet.Run(engine.Session(session))).ExitCode);
        Assert.Equal(rows.Select(row => row.Expected), dotnet.AllPassed());
    }

    [Fact]
    public async Task A_list_whose_suffixes_the_session_took_off_is_refused()
    {
        using var dotnet = new FakeDotnet();
        (await dotnet.Run(engine.Session($"& '{SourceTree.PathOf(Script)}' --set 50us,100us"))).IsRefusal("put the list in quotes");
    }

    [Theory]
    [InlineData("name a matrix: ")]
    [InlineData("matrix: 'smok' is unknown; use one: ", "smok")]
    [InlineData("matrix: 'smok' is unknown; use one: ", "--seed", "1", "--matrix", "smok")]
    [InlineData("matrix: 'smok' is unknown; use one: ", "--matrix=smok")]
    public async Task What_names_no_matrix_starts_no_build(string says, params string[] words)
    {
        using var dotnet = new FakeDotnet();
        (await dotnet.Run(engine.File(Script, words))).IsRefusal(says);
        Assert.False(dotnet.WasCalled);
    }

    [Theory]
    [InlineData("unknown option '--no-such-option'; see run.ps1 --help", "--matrix", "smoke", "--no-such-option")]
    [InlineData("unknown option '--no-such=option'; see run.ps1 --help", "smoke", "--no-such=option")]
    [InlineData("unknown option '--dryrun'; did you mean '--dry-run'? See run.ps1 --help", "smoke", "--dryrun")]
    [InlineData("unknown option '--Client_CPUs=0'; did you mean '--client-cpus'? See run.ps1 --help", "smoke", "--Client_CPUs=0")]
    [InlineData("unknown option '-x'; see run.ps1 --help", "smoke", "-x")]
    [InlineData("unknown option '--lost'; see run.ps1 --help", "smoke", "--out", "--folder", "--lost")]
    public async Task What_is_no_option_starts_no_build(string says, params string[] words)
    {
        using var dotnet = new FakeDotnet();
        (await dotnet.Run(engine.File(Script, words))).IsRefusal($"run.ps1: {says}");
        Assert.False(dotnet.WasCalled);
    }

    /// <summary>As the help lists them, which is held to the program by a test of its own.</summary>
    [Fact]
    public async Task Every_option_of_the_command_starts_one()
    {
        string[] help = File.ReadAllLines(SourceTree.PathOf("tests/ReuseBench.System.Tests/Snapshots/help-run.txt"));
        string[] names = [.. help.Where(line => line.StartsWith("  -", StringComparison.Ordinal)).Select(line => line.Trim().Split("  ")[0])
            .SelectMany(label => label.Split(' ')).Select(word => word.TrimEnd(',')).Where(word => word.StartsWith('-') && word != "-?")];
        Assert.Contains("--dry-run", names);
        Assert.Contains("-o", names);
        string[] words = ["smoke", .. names.Select(name => $"{name}=./x")];
        using var dotnet = new FakeDotnet();
        Assert.Equal(0, (await dotnet.Run(engine.File(Script, words))).ExitCode);
        Assert.Equal(words, dotnet.Passed());
    }

    [Theory]
    [InlineData("./own.yaml")]
    [InlineData("smoke", "-qv", "-ofolder", "-r", "-1", "--out", "--folder")]
    [InlineData("--matrix", "-")]
    [InlineData("--resume", "results/x")]
    public async Task A_file_and_a_run_to_continue_are_the_commands_to_judge(params string[] words)
    {
        using var dotnet = new FakeDotnet();
        _ = await dotnet.Run(engine.File(Script, words));
        Assert.Equal(words, dotnet.Passed());
    }

    [Fact]
    public async Task It_builds_Release_once_in_its_own_tree_and_runs_in_the_callers_directory()
    {
        using var dotnet = new FakeDotnet();
        _ = await dotnet.Run(engine.File(Script, "--matrix", "smoke"));
        Assert.Equal(["build", SourceTree.PathOf("bench/ReuseBench"), "--configuration", "Release"], dotnet.Words("build")[..4]);
        Assert.Equal(SourceTree.PathOf("artifacts/bin/ReuseBench/release/reusebench.dll"), dotnet.Words("run")[0]);
        Assert.Equal([SourceTree.Root, SourceTree.Root, dotnet.Caller], dotnet.Calls().Select(call => call[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(130)]
    public async Task The_exit_code_and_standard_output_are_the_commands(int code)
    {
        using var dotnet = new FakeDotnet { ProgramExit = code };
        Finished run = await dotnet.Run(engine.File(Script, "--matrix", "smoke"));
        Assert.Equal(code, run.ExitCode);
        Assert.Equal("data of the command\n", run.Output);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task A_build_that_fails_ends_the_script_with_its_exit_code()
    {
        using var dotnet = new FakeDotnet { BuildExit = 7 };
        Finished run = await dotnet.Run(engine.File(Script, "--matrix", "smoke"));
        Assert.Equal(7, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith("error from the build\nrun.ps1: the build failed (exit code 7), nothing was measured", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(dotnet.Calls(), call => call.Contains("run"));
    }

    [Fact]
    public async Task A_dotnet_without_an_SDK_that_will_do_is_one_line()
    {
        using var dotnet = new FakeDotnet { VersionExit = 145 };
        (await dotnet.Run(engine.File(Script, "--matrix", "smoke"))).IsRefusal("no .NET 10 SDK found; install it");
    }

    [Fact]
    public async Task Where_no_SDK_is_a_published_program_on_PATH_is_used()
    {
        using var dotnet = new FakeDotnet { VersionExit = 145, ProgramExit = 3, HasPublished = true };
        Finished run = await dotnet.Run(engine.File(Script, "--matrix", "smoke"));
        Assert.Equal((3, "data of the command\n"), (run.ExitCode, run.Output));
        Assert.Equal($"run.ps1: no .NET 10 SDK found; using {dotnet.Published}, not this source tree\n", run.Error);
        Assert.Equal(["--matrix", "smoke"], dotnet.Passed());
        Assert.Equal(dotnet.Caller, dotnet.Calls()[^1][0]);
    }

    [Fact]
    public async Task Where_an_SDK_is_a_published_program_is_not_used()
    {
        using var dotnet = new FakeDotnet { HasPublished = true };
        Assert.Equal(0, (await dotnet.Run(engine.File(Script, "--matrix", "smoke"))).ExitCode);
        Assert.Equal(SourceTree.PathOf("artifacts/bin/ReuseBench/release/reusebench.dll"), dotnet.Words("run")[0]);
    }

    [Fact]
    public async Task No_dotnet_at_all_is_the_same_line()
    {
        using var empty = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["PATH"] = empty.Path };
        (await Commands.Run(engine.File(Script, "--matrix", "smoke"), empty.Path, environment)).IsRefusal("no .NET 10 SDK found; install it");
    }

    [Fact]
    public async Task A_profile_that_makes_exceptions_of_exit_codes_changes_nothing()
    {
        using var dotnet = new FakeDotnet { ProgramExit = 3 };
        string session = "$ErrorActionPreference = 'Stop'; $PSNativeCommandUseErrorActionPreference = $true; " +
            $"Set-StrictMode -Version Latest; & '{SourceTree.PathOf(Script)}' --matrix smoke; \"code $LASTEXITCODE at $PWD\"";
        Assert.Equal(["data of the command", $"code 3 at {dotnet.Caller}"], (await dotnet.Run(engine.Session(session))).OutputLines);
    }
}
