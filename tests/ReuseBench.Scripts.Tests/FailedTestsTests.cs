namespace ReuseBench.Scripts.Tests;

/// <summary><c>.ci/failed-tests</c>: what of a long log stands at the end of a landing's output, which may be cut at its beginning.</summary>
public sealed class FailedTestsTests
{
    [Fact]
    public async Task Of_dotnet_test_each_failed_test_is_named_with_the_first_lines_of_what_it_said()
    {
        Assert.Equal(
            [
                "failed: Room.Tests.One_is_two(way: \"a [b]\") (1s 234ms)", "    Assert.Equal() Failure: Values differ", "    Expected: 1", "    Actual:   2",
                "failed: Room.Tests.It_ends (2ms)", "    timed out",
            ],
            await NamesIn("""
                Running tests from /x/Room.Tests.dll (net10.0|x64)
                failed Room.Tests.One_is_two(way: "a [b]") (1s 234ms)
                  from /x/Room.Tests.dll (net10.0|x64)
                  Assert.Equal() Failure: Values differ
                  Expected: 1
                  Actual:   2
                  and more
                    at Room.Tests.One_is_two() in /x/Tests.cs:12
                skipped Room.Tests.Another
                  no such tool
                  from /x/Room.Tests.dll (net10.0|x64)
                failed Room.Tests.It_ends (2ms)
                  timed out
                    at Room.Tests.It_ends() in /x/Tests.cs:20
                /x/Room.Tests.dll (net10.0|x64) failed with 2 error(s) (10m 34s 857ms)
                  failed: 2
                """));
    }

    [Fact]
    public async Task Of_a_test_program_by_itself_too()
    {
        Assert.Equal(
            ["failed: Room.Tests.Gap(stop: \"graceful\")", "    25.6 to 27.5 ms reported", "failed: Room.Tests.Other", "    one"],
            await NamesIn("""
                Room.Tests: 29 passed, 2 failed, 1 skipped
                    Room.Tests.Gap(stop: "graceful") [FAIL]
                      25.6 to 27.5 ms reported
                      Stack Trace:
                        tests/Tests.cs(69,0): at Room.Tests.Gap()
                    Room.Tests.Busy [SKIP]
                      host too busy
                    Room.Tests.Other [FAIL]
                      one
                    Room.Tests.Third [SKIP]
                      two
                """));
    }

    [Fact]
    public async Task Where_none_failed_there_is_nothing_to_say() => Assert.Empty(await NamesIn("passed\n  failed: 0\n1 passed, 0 failed, 0 skipped\n"));

    private static async Task<string[]> NamesIn(string log)
    {
        using TemporaryFolder folder = new();
        Finished names = await Commands.Run([SourceTree.PathOf(".ci/failed-tests"), folder.Write("log", log)]);
        names.IsSuccess();
        return names.OutputLines;
    }
}
