<#
.SYNOPSIS
Builds ReuseBench and runs a matrix.

.DESCRIPTION
Builds the Release configuration once and hands every argument, unchanged, to the `run` command. Ends with that command's exit code.
It works from any directory; the run folder is made under the directory that it is called from.

.PARAMETER matrix
smoke, quick, full, or the path of a matrix file. --matrix full, --matrix=full and -Matrix full mean the same.

.EXAMPLE
pwsh run.ps1 --matrix smoke

.EXAMPLE
pwsh run.ps1 --matrix full --server-cpus 0-7 --client-cpus 8-15

.EXAMPLE
pwsh run.ps1 --help
#>

# A simple script over $args: CmdletBinding would take --out for -OutVariable and swallow --verbose.
Set-StrictMode -Version 3.0

$root = $PSScriptRoot
$project = [System.IO.Path]::Combine($root, 'bench', 'ReuseBench')
$program = [System.IO.Path]::Combine($root, 'artifacts', 'bin', 'ReuseBench', 'release', 'reusebench.dll')

if (-not (Get-Command -Name dotnet -CommandType Application -ErrorAction Ignore)) {
    [Console]::Error.WriteLine('run.ps1: no dotnet command found; install the .NET 10 SDK and put it on PATH')
    exit 2
}

# PowerShell's own spelling of the one parameter everybody types.
$arguments = @($args | ForEach-Object { if ("$_" -ceq '-Matrix' -or "$_" -ceq '-matrix') { '--matrix' } else { $_ } })

dotnet build $project --configuration Release --nologo --verbosity quiet
if ($LASTEXITCODE -ne 0) {
    exit $LASTEXITCODE
}

dotnet $program run @arguments
exit $LASTEXITCODE
