import { packageName } from './communityPackage.mts';

/**
 * Commands that put the package into n8n's Docker image, or take it out again. They run as the user of
 * the container, so that n8n itself may change the files.
 *
 * @param tarball undefined to remove the package.
 */
export function dockerLines(container: string, tarball: string | undefined): string {
	const folder = `~/.n8n/nodes/node_modules/${packageName}`;
	const inContainer =
		tarball === undefined
			? `docker exec ${container} sh -c 'rm -rf ${folder}'`
			: `docker exec -i ${container} sh -c 'rm -rf ${folder} && mkdir -p ${folder} && tar -xz -C ${folder} --strip-components=1' < '${tarball}'`;
	return `
Run these commands. They have not been tested in a real container yet.

  ${inContainer}
  docker restart ${container}

The folder ~/.n8n of the container has to be on a volume, as n8n's documentation says. Otherwise the
nodes are gone when the container is replaced.`;
}
